using System.Diagnostics;
using PaymentWorkflows.Hosting.Configuration;
using Temporalio.Common;

namespace PaymentWorkflows.Hosting.Temporal;

/// <summary>The build of the sagas, as the server tells builds apart.</summary>
public static class SagaVersion
{
    /// <summary>File name of the assembly whose version counts.</summary>
    public const string AssemblyFile = "PaymentWorkflows.Sagas.dll";

    /// <summary>The version of a build; null where builds are not told apart.</summary>
    /// <param name="deployment">What is configured.</param>
    /// <param name="assembly">Path of the build's <see cref="AssemblyFile"/>, read when no build id is configured.</param>
    /// <exception cref="ConfigurationException">None is configured, and the assembly says none.</exception>
    public static WorkerDeploymentVersion? Of(DeploymentOptions? deployment, string assembly) =>
        deployment is null ? null : new WorkerDeploymentVersion(deployment.Name, deployment.BuildId ?? VersionOf(assembly));

    // Read from the file and not from the loaded assembly, so that whoever starts a process knows what it will say of itself.
    private static string VersionOf(string assembly) =>
        File.Exists(assembly) && FileVersionInfo.GetVersionInfo(assembly).ProductVersion is { Length: > 0 } version
            ? version
            : throw new ConfigurationException($"{assembly} says no version of itself: set temporal.deployment.build_id.");
}

using Microsoft.AspNetCore.Builder;

namespace PaymentWorkflows.Hosting.Lifetime;

/// <summary>What every process of the product is built from.</summary>
public static class ProcessBuilder
{
    /// <summary>
    /// A small web host. It watches no file: the settings are those of the process's start, and a machine allows a user few watchers (128
    /// on many), which a dozen processes would share.
    /// </summary>
    public static WebApplicationBuilder Create() => WebApplication.CreateSlimBuilder(new WebApplicationOptions
    {
        ContentRootPath = AppContext.BaseDirectory,
        Args = ["--hostBuilder:reloadConfigOnChange=false"],
    });
}

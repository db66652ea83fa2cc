namespace PaymentWorkflows.Cli.Stack;

/// <summary>A program that was found and answered <c>--version</c>.</summary>
/// <param name="Path">The executable, or the folder that holds several.</param>
/// <param name="Version">What it says about itself.</param>
/// <param name="Origin">Where it was found, in words.</param>
public sealed record FoundProgram(string Path, string Version, string Origin);

namespace PaymentWorkflows.Cli.Stack;

/// <summary>Where downloaded programs are kept between runs and repositories.</summary>
internal static class CacheFolder
{
    /// <summary><c>paymentworkflows</c> under XDG_CACHE_HOME, else under ~/.cache, else under the temporary folder.</summary>
    public static string Path { get; } = System.IO.Path.Combine(Base(), "paymentworkflows");

    private static string Base()
    {
        var xdg = Environment.GetEnvironmentVariable("XDG_CACHE_HOME");
        var home = Environment.GetEnvironmentVariable("HOME");
        return !string.IsNullOrEmpty(xdg) ? xdg
            : !string.IsNullOrEmpty(home) ? System.IO.Path.Combine(home, ".cache")
            : System.IO.Path.GetTempPath();
    }
}

using Microsoft.Playwright;
using Xunit;

namespace PaymentWorkflows.IntegrationTests.EndToEnd;

/// <summary>A Chromium of this machine, without a screen. Where none is installed the tests that want it are skipped and say so.</summary>
public sealed class Browser : IAsyncLifetime
{
    /// <summary>The variable that names another browser program.</summary>
    private const string ProgramVariable = "PAY_CHROMIUM";

    /// <summary>The variable that names a folder for pictures; <c>tests/take-pictures</c> sets it.</summary>
    private const string PicturesVariable = "PAY_PICTURES";

    // As root Chromium has no sandbox of its own; the others keep it from calling home.
    private static readonly string[] Arguments =
        ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"];

    /// <summary>How long is waited for what a page shall show or do, in milliseconds.</summary>
    private const float Patience = 20_000;

    private static readonly string[] Names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

    private IPlaywright? driver;
    private IBrowser? browser;

    public async ValueTask InitializeAsync()
    {
        if (Find() is { } program)
        {
            // What is expected of a page waits by a limit of its own.
            Assertions.SetDefaultExpectTimeout(Patience);
            driver = await Playwright.CreateAsync();
            browser = await driver.Chromium.LaunchAsync(new BrowserTypeLaunchOptions { ExecutablePath = program, Args = Arguments });
        }
    }

    /// <summary>A page of its own, without the cookies of the others; close its context after use.</summary>
    public async Task<IPage> OpenAsync()
    {
        Assert.SkipWhen(browser is null, $"No Chromium is installed (looked for {string.Join(", ", Names)} on PATH, and at {ProgramVariable}).");
        var context = await browser!.NewContextAsync(new BrowserNewContextOptions { ViewportSize = new ViewportSize { Width = 1400, Height = 1000 } });
        context.SetDefaultTimeout(Patience);
        return await context.NewPageAsync();
    }

    /// <summary>Keeps a picture of what a person sees now, where a folder for pictures is named; otherwise does nothing.</summary>
    /// <param name="page">What is seen.</param>
    /// <param name="name">The file's name without its ending.</param>
    /// <param name="height">How much of the page is seen, in pixels.</param>
    public static async Task KeepPictureAsync(IPage page, string name, int height)
    {
        ArgumentNullException.ThrowIfNull(page);
        if (Environment.GetEnvironmentVariable(PicturesVariable) is not { Length: > 0 } folder)
        {
            return;
        }

        var before = page.ViewportSize!;
        await page.SetViewportSizeAsync(before.Width, height);
        await page.ScreenshotAsync(new PageScreenshotOptions
        {
            Path = Path.Combine(folder, $"{name}.png"),
            Animations = ScreenshotAnimations.Disabled,
            Caret = ScreenshotCaret.Hide,
        });
        await page.SetViewportSizeAsync(before.Width, before.Height);
    }

    public async ValueTask DisposeAsync()
    {
        if (browser is not null)
        {
            await browser.DisposeAsync();
        }

        driver?.Dispose();
    }

    private static string? Find()
    {
        if (Environment.GetEnvironmentVariable(ProgramVariable) is { Length: > 0 } named)
        {
            return named;
        }

        return (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
            .SelectMany(folder => Names.Select(name => Path.Combine(folder, name))).FirstOrDefault(File.Exists);
    }
}

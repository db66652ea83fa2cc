using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using PaymentWorkflows.Domain.PaymentMethods;
using PaymentWorkflows.Hosting.Configuration;

namespace PaymentWorkflows.Hosting.PaymentMethods;

/// <summary>
/// The payment methods of the file, as long as the process runs: a changed file replaces the whole set at once. A file that is wrong
/// changes nothing; the error is logged with its line, and the process stays ready with what it had.
/// </summary>
public sealed partial class PaymentMethodFile : BackgroundService, IPaymentMethods
{
    /// <summary>How long a file must stand still: editors write in several steps.</summary>
    private static readonly TimeSpan Settle = TimeSpan.FromMilliseconds(200);

    private readonly string file;
    private readonly TimeSpan poll;
    private readonly TimeProvider clock;
    private readonly ILogger<PaymentMethodFile> logger;
    private volatile PaymentMethodCatalogue current;
    private string lastText;

    /// <summary>Reads the file.</summary>
    /// <param name="file">Its path.</param>
    /// <param name="clock">The time.</param>
    /// <param name="logger">Where changes and errors are told.</param>
    /// <param name="poll">How often the file is read unasked, where the system tells of no change (network drives, containers); 5 s when left out.</param>
    /// <exception cref="ConfigurationException">The file cannot be read, or something in it is wrong.</exception>
    public PaymentMethodFile(string file, TimeProvider clock, ILogger<PaymentMethodFile> logger, TimeSpan? poll = null)
    {
        this.file = Path.GetFullPath(file);
        this.clock = clock;
        this.logger = logger;
        this.poll = poll ?? TimeSpan.FromSeconds(5);
        lastText = PaymentMethodLoader.Text(this.file);
        current = PaymentMethodLoader.Parse(lastText, this.file);
    }

    public PaymentMethodCatalogue Current => current;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var changed = new SemaphoreSlim(0, 1);
        using var watcher = Watch(changed);
        while (!stoppingToken.IsCancellationRequested)
        {
            // The first look is for what changed before anybody watched.
            await TakeUpAsync(stoppingToken);
            await WaitAsync(changed, stoppingToken);
        }
    }

    /// <summary>Ends when the system tells of a change that has settled, or when it is time to look unasked.</summary>
    private async Task WaitAsync(SemaphoreSlim changed, CancellationToken stop)
    {
        using var late = new CancellationTokenSource(poll, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, stop);
        try
        {
            await changed.WaitAsync(either.Token);
            await Task.Delay(Settle, clock, stop);
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            // Time to look.
        }
    }

    private async Task TakeUpAsync(CancellationToken stop)
    {
        try
        {
            var text = await File.ReadAllTextAsync(file, stop);
            if (text == lastText)
            {
                return;
            }

            // Told once, right or wrong: the same text is not read again.
            lastText = text;
            current = PaymentMethodLoader.Parse(text, file);
            LogTakenUp(file, string.Join(", ", current.Names));
        }
        catch (ConfigurationException wrong)
        {
            LogRefused(wrong.Message);
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            // Editors replace a file by removing it first: the next look finds the new one.
            LogUnreadable(unreadable, file);
        }
    }

    private FileSystemWatcher? Watch(SemaphoreSlim changed)
    {
        try
        {
            var watcher = new FileSystemWatcher(Path.GetDirectoryName(file)!, Path.GetFileName(file));
            void Tell() => Release(changed);
            watcher.Changed += (_, _) => Tell();
            watcher.Created += (_, _) => Tell();
            watcher.Renamed += (_, _) => Tell();
            watcher.Error += (_, _) => Tell();
            watcher.EnableRaisingEvents = true;
            return watcher;
        }
        catch (Exception unavailable) when (unavailable is IOException or PlatformNotSupportedException or ArgumentException)
        {
            LogNotWatched(unavailable, file, poll);
            return null;
        }
    }

    private static void Release(SemaphoreSlim changed)
    {
        try
        {
            changed.Release();
        }
        catch (Exception known) when (known is SemaphoreFullException or ObjectDisposedException)
        {
            // A change is waiting already, or nobody waits any more.
        }
    }

    [LoggerMessage(60, LogLevel.Information, "{File} has changed; the payment methods are now {Methods}")]
    private partial void LogTakenUp(string file, string methods);

    [LoggerMessage(61, LogLevel.Error, "The changed payment methods are wrong and were not taken up; those before stay: {Reason}")]
    private partial void LogRefused(string reason);

    [LoggerMessage(62, LogLevel.Warning, "{File} cannot be read now; the payment methods stay as they are")]
    private partial void LogUnreadable(Exception fault, string file);

    [LoggerMessage(63, LogLevel.Warning, "{File} cannot be watched; it is read every {Poll}")]
    private partial void LogNotWatched(Exception fault, string file, TimeSpan poll);
}

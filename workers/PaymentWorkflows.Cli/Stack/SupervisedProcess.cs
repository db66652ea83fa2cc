using PaymentWorkflows.Hosting.Lifetime;

namespace PaymentWorkflows.Cli.Stack;

/// <summary>Keeps one process running: a death is followed by a new start after a pause that doubles while it dies again and again.</summary>
internal sealed class SupervisedProcess(ProcessSpec spec, StackFolders folders, IProgress progress, TimeProvider time, Action changed) : IDisposable
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan Settled = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan ProbeInterval = TimeSpan.FromMilliseconds(100);

    private readonly CancellationTokenSource _stopping = new();
    private readonly TaskCompletionSource _firstReady = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _lock = new();
    private ProcessStatus _status = new(spec.Name, spec.Role, null, ProcessStatus.Starting, 0);
    private ProcessIdentity? _identity;
    private Task _running = Task.CompletedTask;

    public ProcessSpec Spec => spec;

    public ProcessStatus Status
    {
        get
        {
            lock (_lock)
            {
                return _status;
            }
        }
    }

    /// <summary>Starts it and returns when it is ready.</summary>
    /// <exception cref="StackException">It ended, or was not ready in time.</exception>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        _running = RunAsync();
        try
        {
            await _firstReady.Task.WaitAsync(spec.ReadyTimeout, time, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            throw new StackException($"{spec.Name} was not ready within {spec.ReadyTimeout.TotalSeconds:0} s; its log is {spec.LogFile}.");
        }
    }

    /// <summary>Ends it: an orderly stop first, and after <see cref="ProcessSpec.StopTimeout"/>, or at once when <paramref name="now"/> is cancelled, a kill.</summary>
    public async Task StopAsync(CancellationToken now)
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        if (Identity() is { } identity && identity.IsRunning())
        {
            UnixSignals.Send(identity.Pid, spec.StopSignal);
        }

        try
        {
            await _running.WaitAsync(spec.StopTimeout, time, now).ConfigureAwait(false);
        }
        catch (Exception e) when (e is TimeoutException or OperationCanceledException)
        {
            if (Identity() is { } stubborn && stubborn.IsRunning())
            {
                progress.Say($"{spec.Name} does not end; killing it");
                UnixSignals.SendToGroup(stubborn.Pid, UnixSignals.Kill);
            }

            await _running.ConfigureAwait(false);
        }

        Set(status => status with { Pid = null, State = ProcessStatus.Stopped }, null);
    }

    public void Dispose() => _stopping.Dispose();

    private async Task RunAsync()
    {
        var pause = FirstPause;
        try
        {
            while (!_stopping.IsCancellationRequested)
            {
                var begin = time.GetTimestamp();
                var code = await RunOnceOrSayWhyNotAsync().ConfigureAwait(false);
                if (_stopping.IsCancellationRequested)
                {
                    return;
                }

                if (!_firstReady.Task.IsCompleted)
                {
                    // Something is wrong that a restart would only repeat, such as a setting it refuses.
                    throw new StackException($"{spec.Name} ended with code {code} while starting: {ChildProcess.LastLine(spec.LogFile).TrimEnd('.')}; its log is {spec.LogFile}.");
                }

                pause = time.GetElapsedTime(begin) >= Settled ? FirstPause : pause;
                Set(status => status with { Pid = null, State = ProcessStatus.Restarting, Restarts = status.Restarts + 1 }, null);
                progress.Say($"{spec.Name} ended with code {code}; starting it again in {pause.TotalMilliseconds:0} ms (log: {spec.LogFile})");
                await Task.Delay(pause, time, _stopping.Token).ConfigureAwait(false);
                pause = pause * 2 > spec.LongestRestartPause ? spec.LongestRestartPause : pause * 2;
            }
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            // Stopped while waiting to start again.
        }
        catch (StackException e)
        {
            _firstReady.TrySetException(e);
        }
        finally
        {
            _firstReady.TrySetCanceled();
        }
    }

    // Once the stack is up, a disk that is full for a while must not end the supervision: the next try may succeed.
    private async Task<int> RunOnceOrSayWhyNotAsync()
    {
        try
        {
            return await RunOnceAsync().ConfigureAwait(false);
        }
        catch (StackException e) when (_firstReady.Task.IsCompleted)
        {
            progress.Say(e.Message);
            return -1;
        }
    }

    private async Task<int> RunOnceAsync()
    {
        if (spec.BeforeStart is { } prepare)
        {
            await prepare(_stopping.Token).ConfigureAwait(false);
        }

        using var process = ChildProcess.Start(spec);
        var identity = ProcessIdentity.Of(process.Id);
        Set(status => status with { Pid = process.Id, State = ProcessStatus.Starting }, identity);
        if (identity is not null)
        {
            try
            {
                new PidFile(spec.Name, identity, spec.StopSignal, spec.Tier).Write(folders);
            }
            catch
            {
                // Without its file nobody would find it after a crash.
                UnixSignals.SendToGroup(process.Id, UnixSignals.Kill);
                throw;
            }
        }

        if (_stopping.IsCancellationRequested)
        {
            // The stop looked for the process just before there was one.
            UnixSignals.Send(process.Id, spec.StopSignal);
        }

        using var ended = CancellationTokenSource.CreateLinkedTokenSource(_stopping.Token);
        var probing = ProbeAsync(ended.Token);
        await process.WaitForExitAsync(CancellationToken.None).ConfigureAwait(false);
        await ended.CancelAsync().ConfigureAwait(false);
        await probing.ConfigureAwait(false);
        PidFile.Remove(folders, spec.Name);
        return process.ExitCode;
    }

    private async Task ProbeAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (!await spec.IsReady(cancellationToken).ConfigureAwait(false))
            {
                await Task.Delay(ProbeInterval, time, cancellationToken).ConfigureAwait(false);
            }

            Set(status => status with { State = ProcessStatus.Running }, Identity());
            _firstReady.TrySetResult();
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // It ended, or is being stopped, before it was ready.
        }
    }

    private ProcessIdentity? Identity()
    {
        lock (_lock)
        {
            return _identity;
        }
    }

    private void Set(Func<ProcessStatus, ProcessStatus> change, ProcessIdentity? identity)
    {
        lock (_lock)
        {
            _status = change(_status);
            _identity = identity;
        }

        changed();
    }
}

namespace PaymentWorkflows.Cli.Stack;

/// <summary>Ends the processes of a run that was killed before it could stop them.</summary>
internal static class Leftovers
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(50);

    /// <summary>Ends them in the order of an orderly stop and removes their pid files; returns their names.</summary>
    public static async Task<IReadOnlyList<string>> EndAsync(StackFolders folders, IProgress progress, TimeProvider time)
    {
        var ended = new List<string>();
        foreach (var tier in PidFile.ReadAll(folders).GroupBy(file => file.Tier).OrderByDescending(tier => tier.Key))
        {
            var running = tier.Where(file => file.Identity.IsRunning()).ToList();
            foreach (var file in running)
            {
                progress.Say($"ending {file.Name} (pid {file.Identity.Pid}), left by a run that was killed");
            }

            await Task.WhenAll(running.Select(file => EndAsync(file, time))).ConfigureAwait(false);
            ended.AddRange(running.Select(file => file.Name));
            foreach (var file in tier)
            {
                PidFile.Remove(folders, file.Name);
            }
        }

        return ended;
    }

    private static async Task EndAsync(PidFile file, TimeProvider time)
    {
        UnixSignals.Send(file.Identity.Pid, file.StopSignal);
        if (!await HasEndedAsync(file, time).ConfigureAwait(false))
        {
            UnixSignals.SendToGroup(file.Identity.Pid, UnixSignals.Kill);
            await HasEndedAsync(file, time).ConfigureAwait(false);
        }
    }

    private static async Task<bool> HasEndedAsync(PidFile file, TimeProvider time)
    {
        var begin = time.GetTimestamp();
        while (file.Identity.IsRunning())
        {
            if (time.GetElapsedTime(begin) > Patience)
            {
                return false;
            }

            await Task.Delay(Interval, time).ConfigureAwait(false);
        }

        return true;
    }
}

using System.Runtime.InteropServices;
using PaymentWorkflows.Cli.Stack;

namespace PaymentWorkflows.Cli.Commands;

/// <summary>Turns Ctrl-C, SIGTERM and a closed terminal into cancellation: the first asks for an orderly stop, the second for one at once.</summary>
internal sealed class StopSignals : IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly CancellationTokenSource _now = new();
    private readonly List<PosixSignalRegistration> _registrations = [];
    private readonly IProgress _progress;

    public StopSignals(IProgress progress)
    {
        _progress = progress;
        foreach (var signal in new[] { PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGHUP, PosixSignal.SIGQUIT })
        {
            _registrations.Add(PosixSignalRegistration.Create(signal, Handle));
        }
    }

    /// <summary>Cancelled by the first signal.</summary>
    public CancellationToken Stop => _stop.Token;

    /// <summary>Cancelled by the second signal.</summary>
    public CancellationToken Now => _now.Token;

    public void Dispose()
    {
        foreach (var registration in _registrations)
        {
            registration.Dispose();
        }

        _stop.Dispose();
        _now.Dispose();
    }

    private void Handle(PosixSignalContext context)
    {
        context.Cancel = true;
        if (_stop.IsCancellationRequested)
        {
            _now.Cancel();
            return;
        }

        _progress.Say("stopping (a second time: at once)");
        _stop.Cancel();
    }
}

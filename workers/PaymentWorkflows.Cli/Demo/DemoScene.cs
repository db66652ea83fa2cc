namespace PaymentWorkflows.Cli.Demo;

/// <summary>One scene of the demo.</summary>
/// <param name="Title">What the audience is going to see.</param>
/// <param name="PlayAsync">Plays it against the running stack; true when it went as the title says.</param>
internal sealed record DemoScene(string Title, Func<DemoStage, CancellationToken, Task<bool>> PlayAsync);

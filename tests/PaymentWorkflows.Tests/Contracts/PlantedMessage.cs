namespace PaymentWorkflows.Tests.Contracts.Planted;

/// <summary>A message that nobody made a golden file for.</summary>
public sealed record PlantedMessage(string Text);

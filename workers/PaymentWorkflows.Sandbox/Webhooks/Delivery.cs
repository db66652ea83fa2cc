namespace PaymentWorkflows.Sandbox.Webhooks;

/// <summary>How far an event has come on its way to the webhook endpoint.</summary>
/// <param name="Event">Id of the event.</param>
/// <param name="Stream">Events of one stream are sent in the order of their creation; a stream is a payment or another root object.</param>
/// <param name="Order">Position among all deliveries.</param>
/// <param name="Status">Pending until an endpoint answered 2xx or the event was given up.</param>
/// <param name="Copies">How many times it is to be delivered; more than one only by request of the control port.</param>
/// <param name="Attempts">Attempts so far.</param>
/// <param name="NotBefore">Milliseconds since 1970, by the sandbox's clock.</param>
/// <param name="CreatedAt">Milliseconds since 1970, by the sandbox's clock.</param>
internal sealed record Delivery(
    string Event, string Stream, long Order, DeliveryStatus Status, int Copies, int Attempts, long NotBefore, long CreatedAt);

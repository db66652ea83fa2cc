using System.Collections.Concurrent;
using System.Globalization;
using PaymentWorkflows.Activities.Reservations;
using PaymentWorkflows.Contracts.Reservations;
using PaymentWorkflows.Domain;
using PaymentWorkflows.Domain.Holds;
using PaymentWorkflows.Domain.Steps;
using PaymentWorkflows.Hosting.Configuration;
using PaymentWorkflows.Worker.Merchants;

namespace PaymentWorkflows.Worker.Reservations;

/// <summary>
/// Asks the merchants' backends by signed requests. Only the merchant's own word, in an answer that can be read, is a yes or a no; a
/// request that it does not take (a wrong signature, an unknown address) says nothing about its goods.
/// </summary>
public sealed class MerchantReservations(
    IHttpClientFactory clients, IReadOnlyList<MerchantEndpoint> endpoints, ReservationOptions options, TimeProvider clock) : IReservationBackend
{
    /// <summary>The name of the HTTP client.</summary>
    public const string Client = "reservations";

    private const int MostOfTheAnswer = 16_384;
    private const int LongestCode = 60;
    private const int LongestText = 200;

    private readonly ConcurrentDictionary<MerchantId, SemaphoreSlim> slots = [];

    public Task<StepVerdict> ReserveAsync(ReservationRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        return AskAsync(request, "reserve", request.Id, ("reserved", "rejected"), cancellationToken);
    }

    public Task<StepVerdict> ReleaseAsync(ReservationRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        return AskAsync(request, "release", $"{request.Id}:release", ("released", "refused"), cancellationToken);
    }

    private async Task<StepVerdict> AskAsync(ReservationRequest request, string action, string messageId, (string Yes, string No) words, CancellationToken cancellationToken)
    {
        if (endpoints.FirstOrDefault(one => one.Merchant == request.Merchant) is not { } endpoint)
        {
            return new StepVerdict.Unknown($"Merchant {request.Merchant} has no reservation endpoint in this deployment.");
        }

        var slot = slots.GetOrAdd(request.Merchant, _ => new SemaphoreSlim(options.PerMerchantConcurrency));
        if (!await slot.WaitAsync(TimeSpan.Zero, cancellationToken))
        {
            throw new MerchantUnavailableException($"{request.Merchant}'s backend is asked by as many as may ask it at once.");
        }

        try
        {
            using var signed = SignedRequest.Post(endpoint, messageId, ReservationWire.Write(request, action), request.TransactionId, clock.GetUtcNow());
            var (status, body) = await SendAsync(endpoint, signed, cancellationToken);
            return Read(request, words, status, body);
        }
        finally
        {
            slot.Release();
        }
    }

    private async Task<(int Status, byte[] Body)> SendAsync(MerchantEndpoint endpoint, HttpRequestMessage request, CancellationToken cancellationToken)
    {
        using var late = new CancellationTokenSource(endpoint.Timeout, clock);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellationToken);
        try
        {
            using var client = clients.CreateClient(Client);
            using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, stop.Token);
            return ((int)response.StatusCode, await SignedRequest.ReadAsync(response, MostOfTheAnswer, stop.Token));
        }
        catch (OperationCanceledException silent) when (late.IsCancellationRequested)
        {
            throw new MerchantUnavailableException(
                string.Create(CultureInfo.InvariantCulture, $"{endpoint.Merchant}'s backend did not answer within {endpoint.Timeout.TotalSeconds} s."), silent);
        }
        catch (HttpRequestException broken)
        {
            throw new MerchantUnavailableException($"{endpoint.Merchant}'s backend was not reached: {broken.HttpRequestError}.", broken);
        }
        catch (IOException broken)
        {
            throw new MerchantUnavailableException($"{endpoint.Merchant}'s backend broke its answer off.", broken);
        }
    }

    private static StepVerdict Read(ReservationRequest request, (string Yes, string No) words, int status, byte[] body)
    {
        if (status is 408 or 425 or 429 or >= 500)
        {
            throw new MerchantUnavailableException(string.Create(CultureInfo.InvariantCulture, $"{request.Merchant}'s backend answered {status}."));
        }

        var answer = ReservationWire.Read(body);
        if (status is >= 200 and < 300 && answer?.Status == words.Yes)
        {
            return new StepVerdict.Done(ActRules.Kept(answer.Reference, LongestText) is { Length: > 0 } reference ? reference : request.Id);
        }

        // A no may come with 2xx, or with 409 or 422, as backends have it.
        return status is (>= 200 and < 300) or 409 or 422 && answer?.Status == words.No
            ? new StepVerdict.Refused(ActRules.Kept(answer.Code, LongestCode) ?? words.No, ActRules.Kept(answer.Message, LongestText) ?? ActRules.Kept(answer.Code, LongestCode) ?? words.No)
            : new StepVerdict.Unknown(string.Create(CultureInfo.InvariantCulture, $"{request.Merchant}'s backend answered {status} and neither '{words.Yes}' nor '{words.No}'."));
    }
}

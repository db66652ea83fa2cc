using PaymentWorkflows.Contracts.Reviews;
using PaymentWorkflows.Domain.Reviews;
using Temporalio.Activities;

namespace PaymentWorkflows.Activities.Reviews;

/// <summary>Evaluates the deployment's review rules.</summary>
public sealed class ReviewActivities(ReviewRuleSet rules, IReviewFacts facts, TimeProvider clock) : IReviewActivities
{
    [Activity("evaluate_review")]
    public Task<ReviewResult> EvaluateAsync(ReviewRequest request) => EvaluateAsync(request, ActivityExecutionContext.Current.CancellationToken);

    /// <summary>As the activity, outside of one.</summary>
    public async Task<ReviewResult> EvaluateAsync(ReviewRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        var payment = new ReviewSubject(request.Amount, request.Method, request.Country, request.RiskLevel);
        var spoke = new List<ReviewRule>();
        foreach (var rule in rules.Rules.Where(rule => ReviewRules.MeetsAllButVelocity(rule, payment)))
        {
            // Asked last: it is the only condition that costs a query.
            if (rule.Velocity is not { } velocity || ReviewRules.MeetsVelocity(velocity, request.Amount, await SeenAsync(velocity, request, cancellationToken)))
            {
                spoke.Add(rule);
            }
        }

        return new ReviewResult([.. spoke.Select(rule => rule.Name)], ReviewRules.Message(spoke));
    }

    private async Task<VelocitySeen?> SeenAsync(VelocityCondition velocity, ReviewRequest request, CancellationToken cancellationToken)
    {
        var since = clock.GetUtcNow() - velocity.Within;
        return (velocity.Per, request.CardFingerprint) switch
        {
            (VelocitySubject.Customer, _) => await facts.OfCustomerAsync(request.Merchant, request.Customer, request.Amount.Currency, since, request.CheckoutId, cancellationToken),
            (VelocitySubject.Card, { } card) => await facts.OfCardAsync(card, request.Amount.Currency, since, request.TransactionId, cancellationToken),
            _ => null,
        };
    }
}

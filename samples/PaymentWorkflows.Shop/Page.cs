using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;

namespace PaymentWorkflows.Shop;

/// <summary>The shop's one page: choose, pay, see what became of it.</summary>
public static class Page
{
    public static string Render(Offer offer, IReadOnlyList<Method> methods, Order? order, IEnumerable<Order> orders, string? problem)
    {
        var text = new StringBuilder();
        text.Append("""
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <title>The Book of Sagas</title>
            <style>
            body { font: 1rem/1.5 system-ui, sans-serif; margin: 0 auto; max-width: 44rem; padding: 1.5rem; color: #1c2430; background: #fbfaf7; }
            h1 { font-size: 1.6rem; } h2 { font-size: 1.15rem; margin-top: 2rem; }
            fieldset { border: 1px solid #cfcabd; border-radius: .5rem; margin: 1rem 0; }
            label { display: block; padding: .25rem 0; } select, input[type=text] { font: inherit; padding: .3rem; }
            button, .go { font: inherit; background: #14532d; color: #fff; border: 0; border-radius: .4rem; padding: .5rem 1.2rem; cursor: pointer; text-decoration: none; display: inline-block; }
            button.quiet { background: #5b6472; } .problem { background: #fde8e8; border-left: .3rem solid #9b1c1c; padding: .5rem 1rem; }
            .panel { background: #fff; border: 1px solid #cfcabd; border-radius: .5rem; padding: 1rem; } code { overflow-wrap: anywhere; }
            table { border-collapse: collapse; width: 100%; } th, td { text-align: left; padding: .3rem .5rem; border-bottom: 1px solid #e5e1d6; }
            </style>
            """);
        if (order is { Status: "new" or "processing" or "authorized" or "requires_action" })
        {
            text.Append(CultureInfo.InvariantCulture, $"<noscript><meta http-equiv=\"refresh\" content=\"3\"></noscript><script>setTimeout(() => location.replace('/?order={Html(order.Id)}'), 2000)</script>\n");
        }

        text.Append("</head>\n<body>\n<h1>The Book of Sagas</h1>\n");
        if (problem is not null)
        {
            text.Append(CultureInfo.InvariantCulture, $"<p class=\"problem\" role=\"alert\">{Html(problem)}</p>\n");
        }

        if (order is not null)
        {
            OrderPanel(text, order);
        }

        Form(text, offer, methods);
        List(text, orders);
        return text.Append("</body>\n</html>\n").ToString();
    }

    private static void OrderPanel(StringBuilder text, Order order)
    {
        text.Append(CultureInfo.InvariantCulture, $"<section class=\"panel\" aria-live=\"polite\"><h2>Order {Html(order.Id)}</h2>\n<p>{Money(order.Amount, order.Offer.Currency)} by {Html(order.Method)}: <strong id=\"status\">{Html(order.Status)}</strong>");
        text.Append(order.Refunded > 0 ? string.Create(CultureInfo.InvariantCulture, $", {Money(order.Refunded, order.Offer.Currency)} given back</p>\n") : "</p>\n");
        if (order.Decline is not null)
        {
            text.Append(CultureInfo.InvariantCulture, $"<p>{Html(order.Decline)}</p>\n");
        }

        if (order is { Status: "requires_action", Step: { } step })
        {
            Step(text, step);
        }

        if (order.TransactionId is not null)
        {
            text.Append(CultureInfo.InvariantCulture, $"<p>Transaction <code>{Html(order.TransactionId)}</code></p>\n");
        }

        if (order is { Status: "completed", Refunded: 0 })
        {
            text.Append(CultureInfo.InvariantCulture, $"<form method=\"post\" action=\"/orders/{Html(order.Id)}/refund\"><button class=\"quiet\">Give the money back</button></form>\n");
        }

        text.Append("</section>\n");
    }

    private static void Step(StringBuilder text, CustomerStep step)
    {
        if (step.Data is not null)
        {
            text.Append(CultureInfo.InvariantCulture, $"<p>Pay with this code:</p><p><code>{Html(step.Data)}</code></p>\n");
        }

        if (step.Url is not null)
        {
            var what = step.Type switch { "three_d_secure" => "Confirm with your bank", "qr_code" => "Show the QR code", "voucher" => "Show the voucher", _ => "Go on to pay" };
            text.Append(CultureInfo.InvariantCulture, $"<p><a class=\"go\" id=\"step\" href=\"{Html(step.Url)}\">{what}</a></p>\n");
        }
        else if (step.Data is null)
        {
            text.Append("<p>Confirm the payment in your banking app.</p>\n");
        }
    }

    private static void Form(StringBuilder text, Offer offer, IReadOnlyList<Method> methods)
    {
        text.Append("<h2>Buy it</h2>\n<form method=\"get\" action=\"/\"><label>You live in <select name=\"country\" onchange=\"this.form.submit()\">");
        foreach (var one in Catalogue.Offers)
        {
            text.Append(CultureInfo.InvariantCulture, $"<option value=\"{one.Country}\"{(one == offer ? " selected" : "")}>{one.CountryName}</option>");
        }

        text.Append("</select></label><noscript><button class=\"quiet\">Change</button></noscript></form>\n<form method=\"post\" action=\"/orders\">");
        text.Append(CultureInfo.InvariantCulture, $"<input type=\"hidden\" name=\"country\" value=\"{offer.Country}\">\n<p>One copy: <strong>{Money(offer.UnitAmount, offer.Currency)}</strong></p>\n<fieldset><legend>How do you pay?</legend>\n");
        var first = true;
        foreach (var method in methods)
        {
            text.Append(CultureInfo.InvariantCulture, $"<label><input type=\"radio\" name=\"method\" value=\"{Html(method.Type)}\"{(first ? " checked" : "")}> {Html(method.Name)}</label>\n");
            first = false;
        }

        text.Append("</fieldset>\n<label>Card <select name=\"token\">");
        foreach (var (token, label) in Catalogue.Cards)
        {
            text.Append(CultureInfo.InvariantCulture, $"<option value=\"{token}\">{label}</option>");
        }

        text.Append("</select></label>\n<label>Code from your banking app, where one is asked <input type=\"text\" name=\"code\" inputmode=\"numeric\" maxlength=\"6\" value=\"123456\"></label>\n");
        text.Append("<fieldset><legend>The shop pays through</legend><label><input type=\"radio\" name=\"way\" value=\"http\" checked> the HTTP API</label>");
        text.Append("<label><input type=\"radio\" name=\"way\" value=\"workflow\"> its Temporal client</label></fieldset>\n<button id=\"buy\">Buy</button></form>\n");
    }

    private static void List(StringBuilder text, IEnumerable<Order> orders)
    {
        text.Append("<h2>Orders</h2>\n<table><thead><tr><th scope=\"col\">Order</th><th scope=\"col\">Method</th><th scope=\"col\">Amount</th><th scope=\"col\">Status</th></tr></thead><tbody>\n");
        foreach (var order in orders)
        {
            text.Append(CultureInfo.InvariantCulture, $"<tr><td><a href=\"/?order={Html(order.Id)}\">{Html(order.Id)}</a></td><td>{Html(order.Method)}</td><td>{Money(order.Amount, order.Offer.Currency)}</td><td>{Html(order.Status)}</td></tr>\n");
        }

        text.Append("</tbody></table>\n");
    }

    private static string Money(long minor, string currency) => Html(new Domain.Money(minor, Domain.Currency.Parse(currency)).ToString());

    private static string Html(string text) => HtmlEncoder.Default.Encode(text);
}

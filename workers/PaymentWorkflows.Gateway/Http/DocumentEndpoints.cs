using Microsoft.OpenApi;

namespace PaymentWorkflows.Gateway.Http;

/// <summary>The documents that describe this API.</summary>
internal static class DocumentEndpoints
{
    internal static void MapDocuments(this IEndpointRouteBuilder app)
    {
        // One address for the one document: for another name the framework would answer in words of its own.
        app.MapOpenApi("/openapi/v1.json");
        app.MapGet(ErrorCatalogue.Path, () => Results.Text(ErrorCatalogue.Markdown(), "text/markdown; charset=utf-8"))
            .WithTags("Documents").WithName("errorCodes").WithSummary("The error codes").WithDescription("What each code means, in Markdown.")
            .Produces<string>(contentType: "text/markdown");
    }

    internal static void AddGatewayOpenApi(this IServiceCollection services) => services.AddOpenApi("v1", options =>
    {
        options.AddDocumentTransformer((document, _, _) =>
        {
            document.Info = new OpenApiInfo
            {
                Title = "PaymentWorkflows",
                Version = "v1",
                Description = "Checkouts that end well: money moves once, and nothing accepted is lost. Amounts are integers in minor units, times RFC 3339 in UTC.",
            };
            document.Components ??= new OpenApiComponents();
            document.Components.SecuritySchemes ??= new Dictionary<string, IOpenApiSecurityScheme>();
            document.Components.SecuritySchemes["api_key"] = new OpenApiSecurityScheme { Type = SecuritySchemeType.Http, Scheme = "bearer", Description = "Authorization: Bearer sk_..." };
            return Task.CompletedTask;
        });
        options.AddOperationTransformer((operation, context, _) =>
        {
            if (context.Description.RelativePath?.StartsWith("v1/", StringComparison.Ordinal) == true)
            {
                operation.Security = [new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference("api_key", context.Document)] = [] }];
            }

            return Task.CompletedTask;
        });
        options.AddSchemaTransformer((schema, context, _) =>
        {
            var type = Nullable.GetUnderlyingType(context.JsonTypeInfo.Type) ?? context.JsonTypeInfo.Type;
            if (type == typeof(DateTimeOffset))
            {
                // The time is written by a converter of ours, which the schema cannot look into.
                var isNullable = type != context.JsonTypeInfo.Type;
                schema.Type = isNullable ? JsonSchemaType.String | JsonSchemaType.Null : JsonSchemaType.String;
                schema.Format = "date-time";
            }
            else if (context.JsonPropertyInfo is { Name: "details" } && type == typeof(IReadOnlyDictionary<string, string>))
            {
                // The annotation of a type argument is gone at run time: what is not known of a line of the story is null.
                schema.AdditionalProperties = new OpenApiSchema { Type = JsonSchemaType.String | JsonSchemaType.Null };
            }

            if (type.IsEnum && schema.Enum is { } names)
            {
                // A name is never null: where a field may be, the field says so, and says it once.
                schema.Enum = [.. names.Where(name => name is not null && name.GetValueKind() != System.Text.Json.JsonValueKind.Null)];
            }

            return Task.CompletedTask;
        });
    });

    /// <summary>Documents the error answers.</summary>
    internal static RouteHandlerBuilder Fails(this RouteHandlerBuilder route, params ReadOnlySpan<int> statuses)
    {
        foreach (var status in statuses)
        {
            route.Produces<ApiErrorBody>(status);
        }

        return route;
    }

    internal static RouteHandlerBuilder TakesIdempotencyKey(this RouteHandlerBuilder route) => route.Takes(new OpenApiParameter
    {
        Name = "Idempotency-Key",
        In = ParameterLocation.Header,
        Required = true,
        Description = "1 to 255 printable ASCII characters; the same key and body get the same answer for 30 days.",
        Schema = new OpenApiSchema { Type = JsonSchemaType.String, MinLength = 1, MaxLength = 255 },
    });

    internal static RouteHandlerBuilder TakesTransactionId(this RouteHandlerBuilder route) => route.Takes(new OpenApiParameter
    {
        Name = "Transaction-Id",
        In = ParameterLocation.Header,
        Description = "The caller's own id for the whole purchase (txn_...); made here when left out.",
        Schema = new OpenApiSchema { Type = JsonSchemaType.String, Pattern = "^txn_[A-Za-z0-9_.-]{1,60}$" },
    });

    internal static RouteHandlerBuilder TakesQuery(this RouteHandlerBuilder route, params (string Name, string Description)[] parameters)
    {
        foreach (var (name, description) in parameters)
        {
            route.Takes(new OpenApiParameter
            {
                Name = name,
                In = ParameterLocation.Query,
                Description = description,
                Schema = new OpenApiSchema { Type = JsonSchemaType.String },
            });
        }

        return route;
    }

    private static RouteHandlerBuilder Takes(this RouteHandlerBuilder route, OpenApiParameter parameter) =>
        route.AddOpenApiOperationTransformer((operation, _, _) =>
        {
            operation.Parameters ??= [];
            operation.Parameters.Add(parameter);
            return Task.CompletedTask;
        });
}

using Microsoft.Extensions.Hosting;
using PaymentWorkflows.Hosting.Configuration;
using Serilog;
using Serilog.Events;
using Serilog.Formatting.Compact;

namespace PaymentWorkflows.Hosting.Logging;

/// <summary>Serilog as compact JSON lines on standard output: one line an event, with process, transaction, workflow and run.</summary>
public static class LoggingRegistration
{
    public static IHostApplicationBuilder AddJsonLogs(this IHostApplicationBuilder builder, LogOptions options, string processName)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(options);
        builder.Services.AddSerilog(
            logger => logger
                .MinimumLevel.Is(Enum.Parse<LogEventLevel>(options.Level))
                .MinimumLevel.Override("Microsoft.AspNetCore", LogEventLevel.Warning)
                // The framework's request lines hold paths and queries, which may hold what must not be logged; and as long as it may log
                // at all, it puts the path beside every line of a request.
                .MinimumLevel.Override("Microsoft.AspNetCore.Hosting.Diagnostics", LevelAlias.Off)
                .MinimumLevel.Override("Microsoft.Hosting.Lifetime", LogEventLevel.Warning)
                .MinimumLevel.Override("System.Net.Http", LogEventLevel.Warning)
                .Enrich.FromLogContext()
                .Enrich.With(new SagaContextEnricher())
                .Enrich.WithProperty("Process", processName)
                .WriteTo.Console(new RenderedCompactJsonFormatter()),
            preserveStaticLogger: true);
        return builder;
    }
}

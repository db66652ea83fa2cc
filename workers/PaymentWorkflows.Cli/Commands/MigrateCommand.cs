using System.CommandLine;
using PaymentWorkflows.Cli.Stack;

namespace PaymentWorkflows.Cli.Commands;

/// <summary><c>pay migrate</c>: brings a database that others run to this build's schema, before its processes start.</summary>
internal static class MigrateCommand
{
    public static Command Create()
    {
        var config = CommonOptions.Config();
        var json = CommonOptions.Json();
        var command = new Command("migrate", "Bring the configured database to this build's schema (pay dev and pay demo do it themselves). Database and roles must exist.") { config, json };
        command.SetAction(async (result, cancellationToken) =>
        {
            var ran = await DatabaseSchema.MigrateAsync(CommonOptions.Load(result.GetValue(config)), cancellationToken).ConfigureAwait(false);
            if (result.GetValue(json))
            {
                Output.Json(new { scripts = ran });
            }
            else
            {
                Console.WriteLine(ran.Count == 0 ? "The database has this build's schema." : $"Ran {string.Join(", ", ran)}.");
            }

            return CommonOptions.Done;
        });
        return command;
    }
}

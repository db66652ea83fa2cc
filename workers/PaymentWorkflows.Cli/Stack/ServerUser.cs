namespace PaymentWorkflows.Cli.Stack;

/// <summary>PostgreSQL refuses to run as root; then it runs as another user, by whichever tool this machine has.</summary>
/// <param name="Name">The user; null runs as the current one.</param>
/// <param name="Prefix">The words before a command that make it run as that user.</param>
public sealed record ServerUser(string? Name, IReadOnlyList<string> Prefix)
{
    private static readonly ServerUser Current = new(null, []);

    /// <summary>The current user, or when that is root <c>postgres</c>, else <c>nobody</c>.</summary>
    /// <exception cref="StackException">This is root and no tool changes the user.</exception>
    public static async Task<ServerUser> ChooseAsync(CancellationToken cancellationToken)
    {
        if (!Environment.IsPrivilegedProcess)
        {
            return Current;
        }

        foreach (var user in new[] { "postgres", "nobody" })
        {
            var group = await Executables.RunAsync("id", ["-gn", user], cancellationToken).ConfigureAwait(false);
            if (!group.Succeeded)
            {
                continue;
            }

            foreach (var prefix in Prefixes(user, group.Output.Trim()))
            {
                if ((await Executables.RunAsync(prefix[0], [.. prefix[1..], "true"], cancellationToken).ConfigureAwait(false)).Succeeded)
                {
                    return new ServerUser(user, prefix);
                }
            }
        }

        throw new StackException("PostgreSQL does not run as root and none of setpriv, runuser and su can start it as postgres or nobody; run pay as an ordinary user.");
    }

    /// <summary>A command as this user runs it.</summary>
    public IReadOnlyList<string> Command(params IEnumerable<string> words) => [.. Prefix, .. words];

    /// <summary>Whether this user can pass through a folder, which all above it must allow too.</summary>
    public async Task<bool> CanEnterAsync(string folder, CancellationToken cancellationToken)
    {
        var command = Command("/bin/sh", "-c", "cd \"$1\"", "pay", folder);
        return (await Executables.RunAsync(command[0], command.Skip(1), cancellationToken).ConfigureAwait(false)).Succeeded;
    }

    /// <summary>Gives a file or folder to this user.</summary>
    public async Task OwnAsync(string path, CancellationToken cancellationToken)
    {
        if (Name is null)
        {
            return;
        }

        var outcome = await Executables.RunAsync("chown", ["-R", Name + ":", path], cancellationToken).ConfigureAwait(false);
        if (!outcome.Succeeded)
        {
            throw new StackException($"{path} cannot be given to the user {Name}: {outcome.LastLine}.");
        }
    }

    // setpriv and runuser replace themselves by the program, so that its pid is the one we started.
    private static IEnumerable<string[]> Prefixes(string user, string group) =>
    [
        ["setpriv", $"--reuid={user}", $"--regid={group}", "--init-groups", "--"],
        ["runuser", "-u", user, "--"],
        ["su", user, "-s", "/bin/sh", "-c", "exec \"$0\" \"$@\"", "--"],
    ];
}

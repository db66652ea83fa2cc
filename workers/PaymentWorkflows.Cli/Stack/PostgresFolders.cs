using System.Security.Cryptography;
using System.Text;

namespace PaymentWorkflows.Cli.Stack;

/// <summary>Where the local PostgreSQL keeps its files.</summary>
/// <param name="Root">Its folder; belongs to the user it runs as.</param>
internal sealed record PostgresFolders(string Root)
{
    public string Data => Path.Combine(Root, "data");

    /// <summary>An unfinished <c>initdb</c>; renamed when it is whole.</summary>
    public string NewData => Path.Combine(Root, "data.new");

    public string PasswordFile => Path.Combine(Root, "superuser.password");

    public string PostmasterPid => Path.Combine(Data, "postmaster.pid");

    /// <summary>In the stack's data folder when the server's user can get there, else in a folder under /var/tmp that belongs to this data folder.</summary>
    public static async Task<PostgresFolders> ChooseAsync(StackFolders folders, ServerUser user, CancellationToken cancellationToken)
    {
        if (user.Name is null || await user.CanEnterAsync(folders.Data, cancellationToken).ConfigureAwait(false))
        {
            return new PostgresFolders(Path.Combine(folders.Data, "postgres"));
        }

        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(folders.Data)))[..16];
        return new PostgresFolders($"/var/tmp/paymentworkflows-{hash}/postgres");
    }
}

namespace PaymentWorkflows.Postgres.Bootstrap;

/// <summary>The database of the product and its two login roles.</summary>
/// <param name="Database">Its name.</param>
/// <param name="OwnerRole">Owns the database and its tables.</param>
/// <param name="OwnerPassword">Password of the owner.</param>
/// <param name="AppRole">Can do what the migrations grant it, nothing else.</param>
/// <param name="AppPassword">Password of the application role.</param>
public sealed record DatabaseRoles(string Database, string OwnerRole, string OwnerPassword, string AppRole, string AppPassword);

using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace PaymentWorkflows.Tests.Guards;

/// <summary>What a built assembly calls outside of itself, as <c>Namespace.Type.Member</c>, read from its metadata.</summary>
internal static class AssemblyCalls
{
    public static IReadOnlySet<string> Of(string file)
    {
        using var image = new PEReader(File.OpenRead(file));
        var metadata = image.GetMetadataReader();
        return metadata.MemberReferences.Select(handle => Name(metadata, metadata.GetMemberReference(handle))).ToHashSet(StringComparer.Ordinal);
    }

    private static string Name(MetadataReader metadata, MemberReference member)
    {
        var type = member.Parent.Kind switch
        {
            HandleKind.TypeReference => TypeName(metadata, (TypeReferenceHandle)member.Parent),
            HandleKind.TypeSpecification => SpecificationName(metadata, (TypeSpecificationHandle)member.Parent),
            _ => "?",
        };
        return $"{type}.{metadata.GetString(member.Name)}";
    }

    private static string TypeName(MetadataReader metadata, TypeReferenceHandle handle)
    {
        var type = metadata.GetTypeReference(handle);
        var name = metadata.GetString(type.Name);
        return type.ResolutionScope.Kind == HandleKind.TypeReference
            ? $"{TypeName(metadata, (TypeReferenceHandle)type.ResolutionScope)}+{name}"
            : $"{metadata.GetString(type.Namespace)}.{name}";
    }

    /// <summary>A generic instance's signature begins with GENERICINST, CLASS or VALUETYPE, then the type.</summary>
    private static string SpecificationName(MetadataReader metadata, TypeSpecificationHandle handle)
    {
        var reader = metadata.GetBlobReader(metadata.GetTypeSpecification(handle).Signature);
        if (reader.ReadSignatureTypeCode() != SignatureTypeCode.GenericTypeInstance)
        {
            return "?";
        }

        reader.ReadByte();
        var type = reader.ReadTypeHandle();
        return type.Kind == HandleKind.TypeReference ? TypeName(metadata, (TypeReferenceHandle)type) : "?";
    }
}

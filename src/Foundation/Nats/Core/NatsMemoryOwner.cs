using System.Buffers;

namespace NATS.Client.Core;

/// <summary>
/// Memory borrowed from the shared pool. Disposing gives it back; after that it must not be read. Disposing twice is
/// harmless, and not disposing costs only the reuse. A class, not a struct as in NATS.Net: two copies of a struct
/// could give the same memory back twice and so mix up two messages.
/// </summary>
public sealed class NatsMemoryOwner<T> : IMemoryOwner<T>
{
    public static NatsMemoryOwner<T> Empty { get; } = new([], 0);

    private const int Small = 4096;

    // Thousands of small messages may wait at once; the shared pool keeps only dozens of each size. At most 33 MB of bytes.
    private static readonly ArrayPool<T> SmallOnes = ArrayPool<T>.Create(Small, maxArraysPerBucket: 4096);

    private T[]? _array;

    private NatsMemoryOwner(T[] array, int length)
    {
        _array = array;
        Length = length;
    }

    public int Length { get; }

    public Memory<T> Memory => new(_array ?? throw new ObjectDisposedException(nameof(NatsMemoryOwner<T>)), 0, Length);

    public Span<T> Span => Memory.Span;

    public static NatsMemoryOwner<T> Allocate(int length) =>
        length == 0 ? Empty : new(PoolFor(length).Rent(length), length);

    public static NatsMemoryOwner<T> CopyOf(in ReadOnlySequence<T> source)
    {
        var owner = Allocate(checked((int)source.Length));
        source.CopyTo(owner.Span);
        return owner;
    }

    public void Dispose()
    {
        if (Length != 0 && Interlocked.Exchange(ref _array, null) is { } array)
            PoolFor(Length).Return(array);
    }

    private static ArrayPool<T> PoolFor(int length) => length <= Small ? SmallOnes : ArrayPool<T>.Shared;
}

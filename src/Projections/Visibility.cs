using System.Runtime.CompilerServices;

[assembly: InternalsVisibleTo("EventSourcedTrading.Projections.Tests")]

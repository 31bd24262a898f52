/** One operation of an API's description. */
export interface DescribedOperation {
  /** `get /api/products` */
  readonly name: string
  readonly summary: string | undefined
}

/** The operations that an OpenAPI document describes, by name. */
export function describedOperations(document: {
  readonly paths: Readonly<Record<string, Readonly<Record<string, { readonly summary?: string }>>>>
}): readonly DescribedOperation[] {
  return Object.entries(document.paths)
    .flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, { summary }]) => ({ name: `${method} ${path}`, summary })),
    )
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
}

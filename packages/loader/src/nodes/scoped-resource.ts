import type { ResolvedResource } from '../stack/resolved-resource.ts'
import type { StackScope } from '../stack/stack-scope.ts'

/** A resource with the scope of its stack, for what is resolved later, and where it is deployed. */
export interface ScopedResource {
  readonly resource: ResolvedResource
  readonly scope: StackScope
  readonly region: string
  readonly account: string
}

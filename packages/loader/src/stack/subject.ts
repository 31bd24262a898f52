import { digest } from '@terrace/kit'
import type { MappingNode, TemplateNode } from '../read/template-node.ts'
import type { PublicNames, Subject } from '../references/identity.ts'
import { partitionOf, urlSuffixOf } from '../regions.ts'

/** Where a stack is deployed. */
export interface Environment {
  readonly stack: string
  readonly region: string
  readonly account: string
  readonly publicNames: PublicNames
}

/** The subject of a resource whose properties are resolved. */
export function subjectOf(
  environment: Environment,
  logicalId: string,
  type: string,
  properties: MappingNode,
  other: Subject['other'],
): Subject {
  const at = (path: string) => path.split('.').reduce<TemplateNode | undefined>(child, properties)
  return {
    ...environment,
    logicalId,
    type,
    partition: partitionOf(environment.region),
    urlSuffix: urlSuffixOf(environment.region),
    text(path) {
      const node = at(path)
      return node?.kind === 'scalar' && node.value !== null ? node.text : undefined
    },
    texts(path) {
      const node = at(path)
      return node?.kind === 'sequence' ? node.items.flatMap(item => (item.kind === 'scalar' ? [item.text] : [])) : []
    },
    has: path => at(path) !== undefined,
    characters: (purpose, length, alphabet) => digest(`${environment.stack}/${logicalId}/${purpose}`, length, alphabet),
    other,
  }
}

const child = (node: TemplateNode | undefined, key: string) =>
  node?.kind === 'mapping' ? node.entries.get(key) : undefined

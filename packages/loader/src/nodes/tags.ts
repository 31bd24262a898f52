import type { PropertyReader } from './property-reader.ts'

/** The tags of a resource, whichever of CloudFormation's spellings is used: a list of Key and Value, or a mapping. */
export function tagsOf(properties: PropertyReader, key = 'Tags'): Readonly<Record<string, string>> {
  if (!properties.has(key)) return {}
  if (properties.node(key)?.kind === 'mapping') return properties.dictionary(key)
  return Object.fromEntries(
    properties.objects(key).map(tag => {
      tag.readElsewhere('PropagateAtLaunch')
      return [tag.requiredText('Key'), tag.text('Value') ?? '']
    }),
  )
}

import type { Template } from 'aws-cdk-lib/assertions'

/** The properties of one resource. */
export type Properties = Readonly<Record<string, unknown>>

/** The properties of all resources of a type, by logical id. */
export function propertiesOf(template: Template, type: string): Readonly<Record<string, Properties>> {
  const found: Readonly<Record<string, { readonly Properties?: Properties }>> = template.findResources(type)
  return Object.fromEntries(Object.entries(found).map(([id, resource]) => [id, resource.Properties ?? {}]))
}

/** The properties of the resource whose logical id starts so; exactly one. */
export function only(template: Template, type: string, idPrefix = ''): Properties {
  const found = Object.entries(propertiesOf(template, type)).filter(([id]) => id.startsWith(idPrefix))
  const [first] = found
  if (found.length !== 1 || !first)
    throw new Error(`${found.length} resources ${type} named ${idPrefix}…, expected one`)
  return first[1]
}

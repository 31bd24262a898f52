import type { Place } from '@terrace/kit'
import { loadError } from '../errors.ts'
import { describe, type MappingNode, type TemplateNode } from '../read/template-node.ts'
import { didYouMean } from '../suggest.ts'
import { expectMapping, expectText } from './shape.ts'

/** A template taken apart into its sections, nothing resolved yet. */
export interface Template {
  readonly file: string
  readonly description: string
  readonly parameters: ReadonlyMap<string, MappingNode>
  readonly mappings: ReadonlyMap<string, MappingNode>
  readonly conditions: ReadonlyMap<string, TemplateNode>
  readonly rules: ReadonlyMap<string, MappingNode>
  /** In the template's order. */
  readonly resources: ReadonlyMap<string, ResourceDeclaration>
  readonly outputs: ReadonlyMap<string, MappingNode>
  /** The transform `AWS::LanguageExtensions` is on. */
  readonly languageExtensions: boolean
}

/** One entry of `Resources`. */
export interface ResourceDeclaration {
  readonly logicalId: string
  readonly type: string
  readonly line: number
  readonly condition?: { readonly name: string; readonly line: number }
  readonly dependsOn: readonly { readonly name: string; readonly line: number }[]
  readonly properties?: MappingNode
  readonly metadata?: MappingNode
  readonly deletionPolicy?: string
  readonly creationPolicy?: MappingNode
  /** How a running stack is changed; here a stack starts anew. */
  readonly updatePolicy?: MappingNode
}

const SECTIONS = [
  'AWSTemplateFormatVersion',
  'Description',
  'Metadata',
  'Parameters',
  'Rules',
  'Mappings',
  'Conditions',
  'Transform',
  'Resources',
  'Outputs',
  'Hooks',
]

const ATTRIBUTES = [
  'Type',
  'Properties',
  'Metadata',
  'DependsOn',
  'Condition',
  'DeletionPolicy',
  'UpdateReplacePolicy',
  'UpdatePolicy',
  'CreationPolicy',
  'Version',
  'Description',
]

const UPDATE_POLICIES = [
  'AutoScalingReplacingUpdate',
  'AutoScalingRollingUpdate',
  'AutoScalingScheduledAction',
  'CodeDeployLambdaAliasUpdate',
  'EnableVersionUpgrade',
  'UseOnlineResharding',
]

/**
 * Takes a template apart and checks its outer shape.
 *
 * @throws TerraceError LOAD_NOT_A_TEMPLATE, LOAD_UNKNOWN_KEY, LOAD_MALFORMED, LOAD_UNSUPPORTED_TRANSFORM
 * @see "CloudFormation template sections" in the AWS CloudFormation User Guide
 */
export function sectionsOf(root: MappingNode, file: string): Template {
  const { entries } = root
  if (!entries.has('Resources')) throw noResources(root, file)
  for (const [key, node] of entries) {
    if (!SECTIONS.includes(key)) throw unknownKey(key, SECTIONS, 'section of a template', { file, line: node.line })
  }
  const version = entries.get('AWSTemplateFormatVersion')
  if (version && expectText(version, 'AWSTemplateFormatVersion', file) !== '2010-09-09') {
    const message = `AWSTemplateFormatVersion must be "2010-09-09", the only one there is, not ${describe(version)}`
    throw loadError('LOAD_MALFORMED', message, { file, line: version.line })
  }
  const description = entries.get('Description')
  const section = (name: string): ReadonlyMap<string, TemplateNode> => {
    const node = entries.get(name)
    return node ? expectMapping(node, name, file).entries : new Map()
  }
  const mappingsIn = (name: string) =>
    new Map([...section(name)].map(([key, node]) => [key, expectMapping(node, `${name}.${key}`, file)]))
  const parameters = mappingsIn('Parameters')
  const resources = resourcesIn(section('Resources'), file)
  for (const [name, { line }] of resources) {
    if (!parameters.has(name)) continue
    const message = `"${name}" is both a parameter and a resource`
    throw loadError('LOAD_MALFORMED', message, { file, line }, 'give one of the two another name')
  }
  return {
    file,
    description: description ? expectText(description, 'Description', file) : '',
    parameters,
    mappings: mappingsIn('Mappings'),
    conditions: section('Conditions'),
    rules: mappingsIn('Rules'),
    resources,
    outputs: mappingsIn('Outputs'),
    languageExtensions: transformsIn(entries.get('Transform'), file),
  }
}

function resourcesIn(section: ReadonlyMap<string, TemplateNode>, file: string): Map<string, ResourceDeclaration> {
  const resources = new Map<string, ResourceDeclaration>()
  for (const [logicalId, node] of section) {
    const place = { file, line: node.line }
    if (logicalId.startsWith('Fn::')) {
      const message = `${logicalId.split('::').slice(0, 2).join('::')} in the Resources section is not supported here`
      throw loadError('LOAD_UNKNOWN_FUNCTION', message, place, 'expand it before, for example with the AWS SAM CLI')
    }
    if (!/^[A-Za-z0-9]{1,255}$/.test(logicalId)) {
      throw loadError('LOAD_MALFORMED', `the logical id "${logicalId}" must be 1 to 255 letters and digits`, place)
    }
    resources.set(logicalId, resource(logicalId, expectMapping(node, `Resources.${logicalId}`, file), file))
  }
  return resources
}

function resource(logicalId: string, node: MappingNode, file: string): ResourceDeclaration {
  const path = `Resources.${logicalId}`
  for (const [key, value] of node.entries) {
    if (!ATTRIBUTES.includes(key)) throw unknownKey(key, ATTRIBUTES, `attribute of ${path}`, { file, line: value.line })
  }
  const get = (key: string) => node.entries.get(key)
  const type = get('Type')
  if (!type) throw loadError('LOAD_MALFORMED', `${path} has no Type`, { file, line: node.line })
  const condition = get('Condition')
  const deletionPolicy = get('DeletionPolicy')
  const mapping = (key: string) => {
    const value = get(key)
    // An empty "Properties:" is what is left when the last property is taken out.
    return value && !isNothing(value) ? expectMapping(value, `${path}.${key}`, file) : undefined
  }
  const properties = mapping('Properties')
  const metadata = mapping('Metadata')
  const creationPolicy = mapping('CreationPolicy')
  const updatePolicy = mapping('UpdatePolicy')
  for (const [key, { line }] of updatePolicy?.entries ?? []) {
    // The functions are resolved by CloudFormation before it looks at the keys.
    if (key.startsWith('Fn::') || UPDATE_POLICIES.includes(key)) continue
    throw unknownKey(key, UPDATE_POLICIES, `update policy of ${path}`, { file, line })
  }
  return {
    logicalId,
    type: expectText(type, `${path}.Type`, file),
    line: node.line,
    dependsOn: dependsOn(get('DependsOn'), path, file),
    ...(properties ? { properties } : {}),
    ...(metadata ? { metadata } : {}),
    ...(creationPolicy ? { creationPolicy } : {}),
    ...(updatePolicy ? { updatePolicy } : {}),
    ...(condition
      ? { condition: { name: expectText(condition, `${path}.Condition`, file), line: condition.line } }
      : {}),
    ...(deletionPolicy?.kind === 'scalar' ? { deletionPolicy: deletionPolicy.text } : {}),
  }
}

function dependsOn(node: TemplateNode | undefined, path: string, file: string) {
  if (!node) return []
  const items = node.kind === 'sequence' ? node.items : [node]
  return items.map(item => ({ name: expectText(item, `${path}.DependsOn`, file), line: item.line }))
}

function transformsIn(node: TemplateNode | undefined, file: string): boolean {
  if (!node) return false
  const items = node.kind === 'sequence' ? node.items : [node]
  for (const item of items) {
    if (item.kind === 'scalar' && item.text === 'AWS::LanguageExtensions') continue
    const what = item.kind === 'scalar' ? item.text : 'with parameters'
    throw loadError(
      'LOAD_UNSUPPORTED_TRANSFORM',
      `the transform ${what} runs inside AWS and cannot be run here; only AWS::LanguageExtensions is known`,
      { file, line: item.line },
      'give the processed template instead: "aws cloudformation get-template --template-stage Processed"',
    )
  }
  return true
}

const isNothing = (node: TemplateNode) => node.kind === 'scalar' && node.value === null

function noResources(root: MappingNode, file: string) {
  const near = didYouMean('Resources', root.entries.keys())
  const line = [...root.entries.values()][0]?.line ?? 1
  return loadError(
    'LOAD_NOT_A_TEMPLATE',
    `not a CloudFormation template: it has no "Resources" section${near.replace('did you mean', 'is it')}`,
    { file, line },
    'a template is YAML or JSON with a "Resources" section',
  )
}

function unknownKey(key: string, known: readonly string[], what: string, place: Place) {
  const message = `"${key}" is no ${what}${didYouMean(key, known)}`
  return loadError('LOAD_UNKNOWN_KEY', message, place, `allowed: ${known.join(', ')}`)
}

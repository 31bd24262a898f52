import type { NodeId, Stack } from '@terrace/model'
import { loadError } from '../errors.ts'
import type { Gaps } from '../gaps.ts'
import { checkNames } from '../order/check-names.ts'
import { Cycle, inOrder } from '../order/in-order.ts'
import { referencesIn } from '../order/references-in.ts'
import { parameterDeclaration } from '../parameters/declaration.ts'
import { parameterValues } from '../parameters/values.ts'
import type { TemplateNode } from '../read/template-node.ts'
import type { Subject } from '../references/identity.ts'
import { generatedName, templateName } from '../references/ids.ts'
import { identityOf } from '../references/table.ts'
import type { ResourceDeclaration, Template } from '../template/sections.ts'
import type { Export } from './exports.ts'
import { outputsOf } from './outputs.ts'
import type { ResolvedResource } from './resolved-resource.ts'
import { checkRules } from './rules.ts'
import { noProperties, StackScope, stackIdOf, unknownRef } from './stack-scope.ts'
import { type Environment, subjectOf } from './subject.ts'

/** Everything that a stack's values depend on. */
export interface StackInput {
  readonly template: Template
  readonly environment: Environment
  /** Values given from outside, for any stack. */
  readonly parameters: Readonly<Record<string, string>>
  readonly exported: (name: string) => Export | undefined
  /** Path in the CDK tree by logical id. */
  readonly constructPaths: ReadonlyMap<string, string>
  readonly gaps: Gaps
}

export interface EvaluatedStack {
  readonly stack: Stack
  /** In the template's order. */
  readonly resources: readonly ResolvedResource[]
  /** Evaluates what is not a property, such as an entry of a resource's metadata. */
  readonly scope: StackScope
  readonly exports: readonly Export[]
}

/**
 * Resolves a whole stack: parameters, rules, conditions, resources in the order of their dependencies, outputs.
 *
 * @throws TerraceError for whatever is wrong in the template; LOAD_UNKNOWN_EXPORT when another stack has to come first
 */
export function evaluateStack(input: StackInput): EvaluatedStack {
  const { template, environment, gaps } = input
  const declarations = [...template.parameters].map(([name, node]) => parameterDeclaration(name, node, template.file))
  const parameters = parameterValues(declarations, input.parameters, gaps)
  const scope = new StackScope({ ...input, declarations, parameters })
  checkNames(template)
  checkRules(template.rules, scope, gaps)
  const present = [...template.resources.values()].filter(
    ({ condition }) => !condition || scope.condition(condition.name, condition.line),
  )
  const resources = resolveResources(present, scope, input)
  const ids = new Map(resources.map(resource => [resource.origin.logicalId, resource.id]))
  const { outputs, exports } = outputsOf(template.outputs, scope, environment.stack, logicalId => ids.get(logicalId))
  return {
    stack: {
      name: environment.stack,
      id: stackIdOf(environment),
      place: { file: template.file },
      description: template.description,
      parameters: Object.fromEntries([...parameters].map(([name, { shown }]) => [name, shown])),
      outputs,
    },
    resources,
    scope,
    exports,
  }
}

function resolveResources(
  present: readonly ResourceDeclaration[],
  scope: StackScope,
  input: StackInput,
): readonly ResolvedResource[] {
  const byName = new Map(present.map(declaration => [declaration.logicalId, declaration]))
  const needs = new Map(present.map(declaration => [declaration, needsOf(declaration, byName, scope)]))
  const subjects = new Map<string, Subject>()
  const resolved = new Map<ResourceDeclaration, ResolvedResource>()
  for (const declaration of ordered(present, needs, scope.file)) {
    const direct = (needs.get(declaration) ?? []).map(({ logicalId }) => nodeId(input, logicalId))
    const { resource, subject } = resolveResource(declaration, direct, scope, input, subjects)
    subjects.set(`${subject.type} ${resource.physicalId}`, subject)
    scope.addResource(subject)
    resolved.set(declaration, resource)
  }
  return present.flatMap(declaration => resolved.get(declaration) ?? [])
}

const nodeId = ({ environment }: StackInput, logicalId: string): NodeId => `${environment.stack}/${logicalId}`

function resolveResource(
  declaration: ResourceDeclaration,
  direct: readonly NodeId[],
  scope: StackScope,
  input: StackInput,
  subjects: ReadonlyMap<string, Subject>,
): { readonly resource: ResolvedResource; readonly subject: Subject } {
  const { logicalId, type, line, deletionPolicy, metadata } = declaration
  const { environment, template } = input
  const { value, imported } = scope.part(`Resources.${logicalId}`, declaration.properties ?? noProperties(line))
  const properties = value?.kind === 'mapping' ? value : noProperties(line)
  const creationPolicy = declaration.creationPolicy && scope.resolve(declaration.creationPolicy)
  const updatePolicy = declaration.updatePolicy && scope.resolve(declaration.updatePolicy)
  const subject = subjectOf(environment, logicalId, type, properties, (otherType, id) =>
    subjects.get(`${otherType} ${id}`),
  )
  const identity = identityOf(type)
  const physicalId = identity ? identity.ref(subject) : unknownRef(subject)
  const others = [
    ...(identity?.alsoKnownBy ?? []).flatMap(name => identity?.attributes?.[name]?.(subject) ?? []),
    ...(identity?.alsoNamedBy ?? []).flatMap(property => subject.text(property) ?? []),
  ]
  const constructPath = input.constructPaths.get(logicalId) ?? pathInMetadata(metadata)
  const resource: ResolvedResource = {
    id: nodeId(input, logicalId),
    origin: {
      stack: environment.stack,
      logicalId,
      type,
      place: { file: template.file, line },
      ...(constructPath === undefined ? {} : { constructPath }),
      ...(deletionPolicy === undefined ? {} : { deletionPolicy }),
    },
    properties,
    ...(metadata ? { metadata } : {}),
    physicalId,
    names: [physicalId, ...others],
    attribute(name) {
      const value = identity?.attributes?.[name]?.(subject)
      return typeof value === 'string' ? value : undefined
    },
    attributeList(name) {
      const value = identity?.attributes?.[name]?.(subject) ?? []
      return typeof value === 'string' ? [value] : value
    },
    needs: [...new Set([...direct, ...imported])],
    ...(creationPolicy?.kind === 'mapping' ? { creationPolicy } : {}),
    ...(updatePolicy?.kind === 'mapping' ? { updatePolicy } : {}),
    generatedName: style => (style === 'stack' ? generatedName(subject) : templateName(subject)),
  }
  return { resource, subject }
}

function pathInMetadata(metadata: ResourceDeclaration['metadata']): string | undefined {
  const path = metadata?.entries.get('aws:cdk:path')
  return path?.kind === 'scalar' ? path.text : undefined
}

/** What a resource refers to, with a branch of `Fn::If` that is not taken left out, as CloudFormation does. */
function needsOf(
  declaration: ResourceDeclaration,
  present: ReadonlyMap<string, ResourceDeclaration>,
  scope: StackScope,
): readonly ResourceDeclaration[] {
  const taken = (condition: string) => scope.condition(condition, declaration.line)
  const inNode = (node: TemplateNode | undefined) => (node ? referencesIn(node, taken).map(({ name }) => name) : [])
  const names = [
    ...inNode(declaration.properties),
    ...inNode(declaration.metadata),
    ...inNode(declaration.creationPolicy),
    ...declaration.dependsOn.map(({ name }) => name),
  ]
  return [...new Set(names)].flatMap(name => present.get(name) ?? [])
}

function ordered(
  present: readonly ResourceDeclaration[],
  needs: ReadonlyMap<ResourceDeclaration, readonly ResourceDeclaration[]>,
  file: string,
): readonly ResourceDeclaration[] {
  try {
    return inOrder(present, declaration => needs.get(declaration) ?? [])
  } catch (error) {
    if (!(error instanceof Cycle)) throw error
    const members = error.members as readonly ResourceDeclaration[]
    const circle = members.map(({ logicalId }) => logicalId).join(' → ')
    throw loadError(
      'LOAD_CYCLE',
      `resources need each other in a circle: ${circle}`,
      { file, line: members[0]?.line ?? 1 },
      'take one of the references into a resource of its own, such as AWS::EC2::SecurityGroupIngress',
    )
  }
}

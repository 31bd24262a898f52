import type { NodeId } from '@terrace/model'
import { loadError } from '../errors.ts'
import type { Gaps } from '../gaps.ts'
import { holds, resolve } from '../intrinsics/resolve.ts'
import type { Scope, Section } from '../intrinsics/scope.ts'
import { unknownCondition } from '../order/check-names.ts'
import type { ParameterDeclaration } from '../parameters/declaration.ts'
import type { ParameterValue } from '../parameters/values.ts'
import { mappingNode, sequenceNode, type TemplateNode, textNode } from '../read/template-node.ts'
import type { AttributeValue, Subject } from '../references/identity.ts'
import { identityOf } from '../references/table.ts'
import { partitionOf, urlSuffixOf } from '../regions.ts'
import { didYouMean } from '../suggest.ts'
import type { Template } from '../template/sections.ts'
import type { Export } from './exports.ts'
import type { Environment } from './subject.ts'

/** What a stack's scope is made from. */
export interface StackScopeInput {
  readonly template: Template
  readonly environment: Environment
  readonly declarations: readonly ParameterDeclaration[]
  readonly parameters: ReadonlyMap<string, ParameterValue>
  /** The export of that name in the stacks that are evaluated already. */
  readonly exported: (name: string) => Export | undefined
  readonly gaps: Gaps
}

/**
 * What the functions of one stack see. Resources are added in the order of their dependencies: a reference to one that
 * is not there is a reference to one that a condition took away.
 */
export class StackScope implements Scope {
  readonly section: Section = 'template'
  readonly file: string
  readonly region: string
  readonly languageExtensions: boolean
  readonly #input: StackScopeInput
  readonly #subjects = new Map<string, Subject>()
  readonly #conditions = new Map<string, boolean | 'evaluating'>()
  /** Path of what is being resolved, for gaps. */
  #path = ''
  #imported: NodeId[] = []

  constructor(input: StackScopeInput) {
    this.#input = input
    this.file = input.template.file
    this.region = input.environment.region
    this.languageExtensions = input.template.languageExtensions
  }

  /** Resolves one part of the template. `imported` are the nodes behind the exports that it uses. */
  part(path: string, node: TemplateNode): { readonly value: TemplateNode | undefined; readonly imported: NodeId[] } {
    this.#path = path
    this.#imported = []
    const value = resolve(node, this)
    return { value, imported: this.#imported }
  }

  resolve(node: TemplateNode): TemplateNode | undefined {
    return resolve(node, this)
  }

  addResource(subject: Subject): void {
    this.#subjects.set(subject.logicalId, subject)
  }

  ref(name: string, line: number): TemplateNode | undefined {
    const parameter = this.#input.parameters.get(name)
    if (parameter) return valueNode(parameter.value, line)
    if (name.startsWith('AWS::')) return this.#pseudo(name, line)
    const subject = this.#subject(name, line)
    const identity = identityOf(subject.type)
    return textNode(identity ? identity.ref(subject) : unknownRef(subject), line)
  }

  attribute(logicalId: string, attribute: string, line: number): TemplateNode {
    const subject = this.#subject(logicalId, line)
    const attributes = identityOf(subject.type)?.attributes
    if (attributes && !Object.hasOwn(attributes, attribute)) {
      const known = Object.keys(attributes)
      const message = `${subject.type} has no attribute "${attribute}"${didYouMean(attribute, known)}`
      const place = { file: this.file, line }
      throw loadError('LOAD_UNKNOWN_ATTRIBUTE', message, place, `attributes: ${known.join(', ')}`)
    }
    const value = attributes?.[attribute]?.(subject)
    return value === undefined ? this.#unknownAttribute(subject, attribute, line) : valueNode(value, line)
  }

  condition(name: string, line: number): boolean {
    const known = this.#conditions.get(name)
    if (typeof known === 'boolean') return known
    const node = this.#input.template.conditions.get(name)
    if (!node) throw unknownCondition(name, line, this.#input.template)
    if (known === 'evaluating') {
      const circle = [...this.#conditions].filter(([, value]) => value === 'evaluating').map(([key]) => key)
      const message = `conditions need each other in a circle: ${[...circle, circle[0]].join(' → ')}`
      throw loadError('LOAD_CYCLE', message, { file: this.file, line: node.line })
    }
    this.#conditions.set(name, 'evaluating')
    const value = holds(node, this)
    this.#conditions.set(name, value)
    return value
  }

  mapping(name: string, top: string, second: string): TemplateNode | 'mapping' | 'top' | 'second' {
    const mapping = this.#input.template.mappings.get(name)
    if (!mapping) return 'mapping'
    const entry = mapping.entries.get(top)
    if (entry?.kind !== 'mapping') return 'top'
    return entry.entries.get(second) ?? 'second'
  }

  exported(name: string, line: number): string {
    const found = this.#input.exported(name)
    if (!found) {
      const message = `Fn::ImportValue names the export "${name}", which no stack here has`
      const hint = 'load the cloud assembly that has the exporting stack too'
      throw loadError('LOAD_UNKNOWN_EXPORT', message, { file: this.file, line }, hint)
    }
    this.#imported.push(...found.needs)
    return found.value
  }

  parametersOfType(type: string): readonly string[] {
    return this.#input.declarations
      .filter(declaration => declaration.type.name === type)
      .flatMap(({ name }) => this.#input.parameters.get(name)?.value ?? [])
  }

  #pseudo(name: string, line: number): TemplateNode | undefined {
    const { stack, region, account } = this.#input.environment
    const values: Readonly<Record<string, AttributeValue>> = {
      'AWS::AccountId': account,
      'AWS::NotificationARNs': [],
      'AWS::Partition': partitionOf(region),
      'AWS::Region': region,
      'AWS::StackId': stackIdOf(this.#input.environment),
      'AWS::StackName': stack,
      'AWS::URLSuffix': urlSuffixOf(region),
    }
    const value = values[name]
    return value === undefined ? undefined : valueNode(value, line)
  }

  #subject(logicalId: string, line: number): Subject {
    const subject = this.#subjects.get(logicalId)
    if (subject) return subject
    const declaration = this.#input.template.resources.get(logicalId)
    const place = { file: this.file, line }
    if (!declaration) {
      const message = `"${logicalId}" is not a resource of this template${didYouMean(logicalId, this.#subjects.keys())}`
      throw loadError('LOAD_UNRESOLVED_REF', message, place)
    }
    const because = declaration.condition ? `the condition ${declaration.condition.name} takes away` : 'is not there'
    throw loadError(
      'LOAD_REMOVED_REF',
      `${this.#path} needs ${logicalId}, which ${because}`,
      place,
      'guard the reference with Fn::If and the same condition',
    )
  }

  #unknownAttribute(subject: Subject, attribute: string, line: number): TemplateNode {
    const marker = `<unknown:${subject.logicalId}.${attribute}>`
    this.#input.gaps.add({
      kind: 'value',
      path: this.#path,
      message: `${attribute} of ${subject.logicalId} (${subject.type}) is not known before a deployment; ${marker} stands in its place`,
      place: { file: this.file, line },
    })
    return textNode(marker, line)
  }
}

function valueNode(value: AttributeValue, line: number): TemplateNode {
  if (typeof value === 'string') return textNode(value, line)
  return sequenceNode(
    value.map(item => textNode(item, line)),
    line,
  )
}

/** What `Ref` gives for a type that is not known: the form that CloudFormation itself uses most. */
export const unknownRef = (subject: Subject): string =>
  `${subject.stack}-${subject.logicalId}-${subject.characters('name', 12, 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789')}`

/** `AWS::StackId`: the same at every load. */
export const stackIdOf = ({ stack, region, account }: Environment): string =>
  `arn:${partitionOf(region)}:cloudformation:${region}:${account}:stack/${stack}/${stackUuid(stack)}`

function stackUuid(stack: string): string {
  const hex = Buffer.from(stack.padEnd(16, '.')).toString('hex').slice(0, 32)
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-')
}

/** A resource without properties. */
export const noProperties = (line: number) => mappingNode(new Map(), line)

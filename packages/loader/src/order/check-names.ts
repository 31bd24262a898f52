import { loadError } from '../errors.ts'
import type { TemplateNode } from '../read/template-node.ts'
import { didYouMean } from '../suggest.ts'
import type { Template } from '../template/sections.ts'
import { type Reference, referencesIn } from './references-in.ts'

/** The pseudo parameters of CloudFormation. @see "Get AWS values using pseudo parameters" in the User Guide */
export const PSEUDO_PARAMETERS = [
  'AWS::AccountId',
  'AWS::NotificationARNs',
  'AWS::NoValue',
  'AWS::Partition',
  'AWS::Region',
  'AWS::StackId',
  'AWS::StackName',
  'AWS::URLSuffix',
] as const

/**
 * Checks that every reference of a template leads somewhere, also those in branches that are not taken, as
 * CloudFormation does before it starts.
 *
 * @throws TerraceError LOAD_UNRESOLVED_REF with the nearest name
 */
export function checkNames(template: Template): void {
  const check = (node: TemplateNode | undefined) => {
    for (const reference of node ? referencesIn(node) : []) checkReference(reference, template)
  }
  for (const resource of template.resources.values()) {
    check(resource.properties)
    check(resource.metadata)
    check(resource.creationPolicy)
    check(resource.updatePolicy)
    for (const { name, line } of resource.dependsOn) {
      if (!template.resources.has(name)) throw unresolved({ name, line, by: 'DependsOn' }, template)
    }
    const { condition } = resource
    if (condition && !template.conditions.has(condition.name)) {
      throw unknownCondition(condition.name, condition.line, template)
    }
  }
  for (const output of template.outputs.values()) check(output)
  for (const condition of template.conditions.values()) check(condition)
}

/** @returns the error for a condition that is not declared */
export function unknownCondition(name: string, line: number, { conditions, file }: Template) {
  const message = `there is no condition "${name}"${didYouMean(name, conditions.keys())}`
  return loadError('LOAD_UNKNOWN_CONDITION', message, { file, line })
}

function checkReference(reference: Reference, template: Template): void {
  const { name, by } = reference
  if (template.resources.has(name)) return
  if (by !== 'Fn::GetAtt' && template.parameters.has(name)) return
  if (by !== 'Fn::GetAtt' && (PSEUDO_PARAMETERS as readonly string[]).includes(name)) return
  // What is no name at all gets a better message from the function itself.
  if (by === 'Fn::Sub' && !/^[A-Za-z0-9_:]+$/.test(name)) return
  throw unresolved(reference, template)
}

function unresolved({ name, by, line }: Reference, template: Template) {
  const { resources, parameters, file } = template
  const resourcesOnly = by === 'Fn::GetAtt' || by === 'DependsOn'
  const known = resourcesOnly
    ? [...resources.keys()]
    : [...resources.keys(), ...parameters.keys(), ...PSEUDO_PARAMETERS]
  const what = resourcesOnly ? 'a resource' : 'neither a resource nor a parameter'
  const message = `${by} names "${name}", which is ${resourcesOnly ? 'not ' : ''}${what} of this template${didYouMean(name, known)}`
  return loadError('LOAD_UNRESOLVED_REF', message, { file, line })
}

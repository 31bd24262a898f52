import { messageOf, TerraceError } from '@terrace/kit'
import { type Architecture, findNode, type LambdaFunction, nodesOf } from '@terrace/model'
import type { CodeStore } from './code.ts'
import type { FunctionRecord, FunctionSettings } from './function.ts'
import type { Functions } from './functions.ts'
import { withPermission } from './permissions.ts'

/**
 * Makes the functions of the template.
 * @throws TerraceError LAMBDA_TEMPLATE_FUNCTION when AWS would refuse one of them
 */
export function makeTemplateFunctions(architecture: Architecture, functions: Functions, codes: CodeStore): void {
  for (const node of nodesOf(architecture, 'function')) {
    try {
      // The template has taken the name of one that somebody had made.
      const there = functions.find(node.name)
      if (there) functions.delete(there)
      make(architecture, node, functions, codes)
    } catch (cause) {
      throw new TerraceError('LAMBDA_TEMPLATE_FUNCTION', `the function ${node.name} is refused: ${messageOf(cause)}`, {
        place: node.origin.place,
        cause,
      })
    }
  }
}

function make(architecture: Architecture, node: LambdaFunction, functions: Functions, codes: CodeStore): void {
  const settings = settingsOf(architecture, node)
  const code = codes.fromTemplate(node.code)
  let record = functions.create(node.name, settings, code, { node: node.id, tags: node.tags })
  for (const { description } of node.versions) {
    functions.publish(record, description)
    record = functions.get(node)
  }
  const aliases = node.aliases.map(alias => ({ ...alias, revision: functions.revision() }))
  const invokeConfigs = invokeConfigsOf(node, record)
  record = withPermissions({ ...record, aliases, invokeConfigs }, node, functions)
  functions.replace(record)
  if (node.reservedConcurrency !== undefined) functions.reserve(record, node.reservedConcurrency)
}

/** Brings a function of the template to what it says now: code, settings, permissions, concurrency. */
export function bringTemplateFunction(
  architecture: Architecture,
  node: LambdaFunction,
  functions: Functions,
  codes: CodeStore,
): void {
  const known = functions.find(node.name)
  if (!known) return make(architecture, node, functions, codes)
  const changed = functions.update(known, settingsOf(architecture, node), codes.fromTemplate(node.code))
  const invokeConfigs = invokeConfigsOf(node, changed)
  functions.replace(withPermissions({ ...changed, tags: node.tags, policies: {}, invokeConfigs }, node, functions))
  functions.reserve(functions.get(node), node.reservedConcurrency)
}

const invokeConfigsOf = (node: LambdaFunction, record: FunctionRecord): FunctionRecord['invokeConfigs'] =>
  Object.fromEntries(
    node.eventInvokeConfigs.map(({ qualifier, maximumAge, ...rest }) => [
      qualifier,
      {
        ...rest,
        modified: record.latest.modified,
        ...(maximumAge === undefined ? {} : { maximumAgeSeconds: maximumAge / 1000 }),
      },
    ]),
  )

const withPermissions = (record: FunctionRecord, node: LambdaFunction, functions: Functions): FunctionRecord =>
  node.permissions.reduce((old, { qualifier, ...permission }) => {
    const arn = functions.arnOf({ name: node.name, ...(qualifier === undefined ? {} : { qualifier }) })
    return withPermission(old, arn, qualifier ?? '', permission).record
  }, record)

function settingsOf(architecture: Architecture, node: LambdaFunction): FunctionSettings {
  const { description, runtime, handler, role, timeout, memoryMiB, environment, logging, vpc, deadLetterArn } = node
  return {
    description,
    runtime,
    handler,
    roleArn: role,
    timeoutSeconds: timeout / 1000,
    memoryMiB,
    ephemeralMiB: 512,
    architecture: node.architecture,
    environment,
    logging,
    tracing: 'PassThrough',
    ...(deadLetterArn === undefined ? {} : { deadLetterArn }),
    ...(vpc === undefined
      ? {}
      : {
          vpc: {
            subnetIds: vpc.subnets.flatMap(id => findNode(architecture, id, 'subnet')?.physicalId ?? []),
            securityGroupIds: vpc.securityGroups.flatMap(
              id => findNode(architecture, id, 'securityGroup')?.physicalId ?? [],
            ),
          },
        }),
  }
}

import type { Random } from '@terrace/kit'
import { type Architecture, type Machine, nodesOf, type WorkloadProcess } from '@terrace/model'
import type { Journal } from '../../../journal.ts'
import type { SecureParameters } from './secure.ts'

/** What RDS takes in a password, and every environment variable. RDS User Guide "Settings for DB instances". */
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'
const LENGTH = 32

/** The names of the parameters that databases, instances and tasks of a template take secrets from. */
export function referredParameters(architecture: Architecture): readonly string[] {
  const secure = nodesOf(architecture, 'dbInstance').flatMap(({ masterUsername, masterPassword }) =>
    [...`${masterUsername} ${masterPassword}`.matchAll(/\{\{resolve:ssm-secure:([^:}]+)/g)].map(
      found => found[1] ?? '',
    ),
  )
  const machines: readonly Machine[] = [
    ...nodesOf(architecture, 'autoScalingGroup'),
    ...nodesOf(architecture, 'instance'),
    ...nodesOf(architecture, 'launchTemplate'),
  ].map(({ machine }) => machine)
  const ofMachines = machines.flatMap(({ workload }) => workload?.processes ?? []).flatMap(secretsOf)
  const ofTasks = nodesOf(architecture, 'taskDefinition')
    .flatMap(({ containers }) => containers)
    .flatMap(({ secrets }) => Object.values(secrets))
  const { region, account } = architecture
  const own = `arn:aws:ssm:${region}:${account}:parameter/`
  const byArn = [...ofMachines, ...ofTasks]
    .filter(reference => reference.startsWith(own))
    .map(reference => reference.slice(own.length))
  // A name that has levels begins with a slash; one without can't be told from its ARN: it gets one as well.
  return [...new Set([...secure, ...byArn.map(name => `/${name}`)])].sort()
}

function secretsOf(process: WorkloadProcess): readonly string[] {
  if (process.kind === 'postgres') return [process.password]
  return process.kind === 'image' ? Object.values(process.secrets) : []
}

/**
 * Makes the SecureStrings that a template refers to and that nobody has put: once, random, kept in the state folder.
 *
 * differs: on AWS somebody puts them before the stack is deployed, since CloudFormation makes no SecureStrings
 */
export async function makeMissing(
  parameters: SecureParameters,
  { architecture, secureRandom, journal }: { architecture: Architecture; secureRandom: Random; journal: Journal },
): Promise<void> {
  for (const name of referredParameters(architecture)) {
    // One without a slash in front is found under both names.
    if (parameters.state.find(name.replace(/^\//, ''))) continue
    await parameters.put({
      name,
      type: 'SecureString',
      value: secureRandom.text(LENGTH, ALPHABET),
      description: 'Made by the local cloud, because the template refers to it',
      overwrite: false,
    })
    journal.write({
      kind: 'ssm.parameterMade',
      message: `the SecureString ${name}, which the template refers to, was not there and was made with a random value; on AWS somebody puts it before the deployment`,
      details: { name },
    })
  }
}

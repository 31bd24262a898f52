import { messageOf, seconds } from '@terrace/kit'
import type { Machine, PostgresProcess, WorkloadProcess } from '@terrace/model'
import type { Host } from '../../workload/host.ts'
import { LaunchFailure, type LaunchNeed } from '../../workload/launch-failure.ts'
import type { World } from '../../world.ts'
import { type AgentConfiguration, agentIn } from './agent/configuration.ts'
import { certificatesIn, obtainCertificate } from './certbot.ts'
import type { ConsoleOutput } from './console-output.ts'
import { mountsIn, mountVolume } from './mounts.ts'
import { postgresImage, startPostgres } from './postgres/start-postgres.ts'
import { makeSelfSigned, selfSignedIn } from './self-signed.ts'
import { toolOutput } from './tool-words.ts'

/** How often the script tries what may fail for a moment, and what it waits longer after each failure. */
const ATTEMPTS = 6
const LONGER_EACH_TIME = seconds(5)

/** One line of the script that may fail. */
interface Step {
  /** As the script's own `retry` names it. */
  readonly command: string
  readonly retried: boolean
  act(): Promise<void>
}

/** What the user data works with. */
export interface UserDataSite {
  readonly world: World
  readonly host: Host
  readonly machine: Machine
  readonly instance: string
  readonly console: ConsoleOutput
  readonly note: (kind: string, message: string) => void
  /** Told at the first failure of each step. */
  readonly onBlocked: (failure: LaunchFailure) => void
  /** Starts the CloudWatch agent. */
  readonly startAgent: (configuration: AgentConfiguration) => void
  /** Starts a process whose needs are met; its secrets are given. */
  readonly start: (process: WorkloadProcess, secrets: Readonly<Record<string, string>>) => Promise<void>
  /** Aborted when the instance stops. */
  readonly signal: AbortSignal
}

/**
 * Carries out what the user data of an instance does, in its order: install the tools, get certificates, mount volumes,
 * start the CloudWatch agent, make certificates of its own, then for each process fetch its files, install what runs it,
 * read its secrets, log in and pull, and start it. Each step is decided from the instance's own network position and
 * role, and tried as often as the script tries it; the words on the console are the tools' own.
 *
 * Whether packages are installed at all is read from the text of the user data.
 *
 * @throws LaunchFailure when a step fails for good; the rest is not carried out, as with `set -e`
 */
export async function runUserData(site: UserDataSite): Promise<void> {
  const { machine } = site
  const installs = /\b(dnf|yum)\s+(-\S+\s+)*install\b/.test(machine.userData)
  const install = (...names: string[]) => (installs ? run(site, installStep(site, names)) : Promise.resolve())
  await install('awscli-2', 'aws-cfn-bootstrap', 'jq')
  for (const names of certificatesIn(machine.userData)) {
    const act = () => obtainCertificate(site.world, site.host, names)
    await run(site, { command: 'certbot certonly', retried: true, act })
  }
  for (const mount of mountsIn(machine.userData)) {
    const act = () => mountVolume(site.world, site.host, mount)
    await run(site, { command: 'mount_volume', retried: false, act })
  }
  const agent = agentIn(machine.userData)
  if (agent) {
    await install('amazon-cloudwatch-agent')
    site.startAgent(agent)
  }
  for (const wanted of selfSignedIn(machine.userData)) {
    const act = () => makeSelfSigned(site.world, site.host.root, wanted)
    await install('openssl')
    await run(site, { command: 'openssl req', retried: false, act })
  }
  for (const process of machine.workload?.processes ?? []) {
    if (process.files.length > 0) await run(site, filesStep(site, process))
    await install(process.kind === 'nginx' ? 'nginx' : 'docker')
    if (process.kind === 'postgres') {
      await runDatabase(site, process)
      continue
    }
    if (process.port === undefined) await runHelper(site, process)
    else await runProcess(site, process)
  }
}

async function runProcess(site: UserDataSite, process: Exclude<WorkloadProcess, PostgresProcess>): Promise<void> {
  const secrets: Record<string, string> = {}
  if (process.kind === 'image') await prepareImage(site, process, secrets)
  await run(site, {
    command: process.kind === 'nginx' ? 'nginx -t' : 'docker run',
    retried: false,
    act: () => site.start(process, secrets),
  })
}

/** One without a port: the others go on when it can't be started. */
async function runHelper(site: UserDataSite, process: Exclude<WorkloadProcess, PostgresProcess>): Promise<void> {
  try {
    await runProcess(site, process)
  } catch (error) {
    if (!(error instanceof LaunchFailure)) throw error
    site.console.write(`${process.name} did not start; the others go on`)
  }
}

async function runDatabase(site: UserDataSite, process: PostgresProcess): Promise<void> {
  const { world, host, note, signal } = site
  let password = ''
  const secret = async () => {
    password = (await host.secretsOf({ password: process.password })).password ?? ''
  }
  await run(site, { command: `secret ${process.password}`, retried: true, act: secret })
  const uri = postgresImage(process)
  await run(site, { command: 'docker pull', retried: true, act: () => host.pull({ kind: 'remote', uri }) })
  site.console.write(uri)
  const start = (started: PostgresProcess) => site.start(started, {})
  const act = () => startPostgres({ world, host, note, start, signal }, process, password)
  await run(site, { command: 'docker run', retried: false, act })
}

/** The group that the script's `awslogs` driver writes to; nothing when the user data names none. */
export const logGroupOf = (userData: string): string | undefined =>
  /\bTERRACE_LOG_GROUP='([^']+)'/.exec(userData)?.[1] || undefined

async function prepareImage(
  site: UserDataSite,
  process: Extract<WorkloadProcess, { kind: 'image' }>,
  secrets: Record<string, string>,
): Promise<void> {
  const { host, machine, instance } = site
  for (const [variable, reference] of Object.entries(process.secrets)) {
    const act = async () => Object.assign(secrets, await host.secretsOf({ [variable]: reference }))
    await run(site, { command: `secret ${reference}`, retried: true, act: async () => void (await act()) })
  }
  const { uri } = process.image
  await run(site, { command: 'docker pull', retried: true, act: () => host.pull(process.image) })
  site.console.write(uri)
  const group = logGroupOf(machine.userData)
  if (group === undefined) return
  const act = () => host.openLogStream(group, `${process.name}/${instance}`)
  await run(site, { command: 'docker run', retried: false, act })
}

const filesStep = ({ host }: UserDataSite, { files }: WorkloadProcess): Step => ({
  command: 'aws s3',
  retried: true,
  act: () => host.fetch(files),
})

/** @see Amazon Linux 2023 User Guide, "Managing repositories": its repositories are buckets of S3 in the region */
function installStep({ host, world }: UserDataSite, names: readonly string[]): Step {
  const { region } = world.architecture
  const bucket = `al2023-repos-${region}-de612dc2`
  const need: LaunchNeed = { kind: 'packages', names }
  return {
    command: 'dnf install',
    retried: true,
    act: () =>
      host.reach({
        need,
        host: `${bucket}.s3.dualstack.${region}.amazonaws.com`,
        action: 's3:GetObject',
        resource: `arn:aws:s3:::${bucket}/core/mirrors/latest/x86_64/mirror.list`,
      }),
  }
}

async function run(site: UserDataSite, step: Step): Promise<void> {
  const { world, console, signal } = site
  const attempts = step.retried ? ATTEMPTS : 1
  for (let attempt = 1; ; attempt++) {
    signal.throwIfAborted()
    try {
      return await step.act()
    } catch (error) {
      signal.throwIfAborted()
      const failure = asFailure(error, step)
      if (attempt === 1) site.onBlocked(failure)
      const { lines, after } = toolOutput(failure)
      if (after > 0) await world.clock.sleep(after, signal)
      for (const line of lines) console.write(line)
      if (step.retried) console.write(`attempt ${attempt} failed: ${step.command}`)
      // What can't run here doesn't get better.
      if (attempt >= attempts || failure.problem.kind === 'notHere') throw failure
      await world.clock.sleep(attempt * LONGER_EACH_TIME, signal)
    }
  }
}

function asFailure(error: unknown, { command }: Step): LaunchFailure {
  if (error instanceof LaunchFailure) return error
  return new LaunchFailure({ kind: 'program', name: command }, { kind: 'unusable', message: messageOf(error) }, error)
}

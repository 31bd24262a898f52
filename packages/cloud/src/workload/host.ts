import type { Duration } from '@terrace/kit'
import type { ContainerImage, NodeId, WorkloadFile } from '@terrace/model'
import type { Principal } from '../identity/principal.ts'
import type { NetworkInterface } from '../network/network.ts'
import type { Exit } from '../processes/supervisor.ts'

/** Where a workload runs: an instance or a task. What runs on one shares its address and its localhost. */
export interface HostDescription {
  /** `i-…`, or the id of a task. */
  readonly id: string
  readonly owner: NodeId
  readonly networkInterface: NetworkInterface
  /** What the workload's own calls act as: the role of the instance profile, or the task role. */
  readonly principal: Principal
  /** Who fetches image, secrets and files: the same on an instance, the execution role of a task. */
  readonly launchPrincipal: Principal
  /** Sockets of `169.254.169.254` and `169.254.170.2`, as far as it has them. */
  readonly metadata?: string
  readonly taskMetadata?: string
}

/** A host whose doors are open: names, AWS, metadata. */
export interface Host {
  readonly description: HostDescription
  /**
   * Fetches what a process needs: its image, with the permission and over the network position of the host.
   * @throws LaunchFailure with the reason as AWS words it
   */
  pull(image: ContainerImage): Promise<void>
  /** The values of secrets and parameters, by variable. @throws LaunchFailure */
  secretsOf(references: Readonly<Record<string, string>>): Promise<Readonly<Record<string, string>>>
  /** Where the files lie afterwards. @throws LaunchFailure */
  fetch(files: readonly WorkloadFile[]): Promise<void>
  start(process: HostedProcessSpec): Promise<HostedProcess>
  /** Those that run now. */
  readonly processes: readonly HostedProcess[]
  /** Ends what runs: SIGTERM, SIGKILL after the grace; then closes the doors. */
  close(grace: Duration): Promise<void>
}

/** A program or NGINX on a host. */
export interface HostedProcessSpec {
  readonly name: string
  readonly program:
    | {
        readonly kind: 'image'
        readonly image: ContainerImage
        /** Absent: the image's own. */
        readonly command?: readonly string[]
        readonly workingDirectory?: string
      }
    | { readonly kind: 'nginx'; readonly configuration: string }
  readonly port?: number
  /** Complete, secrets included; the host adds what belongs to it. */
  readonly environment: Readonly<Record<string, string>>
  readonly onLine: (line: string, stream: 'out' | 'err') => void
}

export interface HostedProcess {
  readonly name: string
  readonly pid: number
  readonly exited: Promise<Exit>
  stop(grace: Duration): Promise<Exit>
}

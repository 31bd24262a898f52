import type { Duration } from '@terrace/kit'
import type { ContainerImage, NodeId, WorkloadFile } from '@terrace/model'
import type { Principal } from '../identity/principal.ts'
import type { NetworkInterface } from '../network/network.ts'
import type { Exit } from '../processes/supervisor.ts'
import type { AwsCalls } from './aws-calls.ts'
import type { LaunchNeed } from './launch-failure.ts'

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
  /** What its processes get beside what they ask for, such as `AWS_REGION` in a task; an instance sets nothing. */
  readonly environment?: Readonly<Record<string, string>>
  /** Replaces images that can't run here by a placeholder that says so, instead of failing. */
  readonly standIns?: boolean
}

/** A host whose doors are open: names, AWS, metadata. */
export interface Host {
  readonly description: HostDescription
  /** Where its files lie: what the workload knows as `/srv/site` is `<root>/srv/site`. */
  readonly root: string
  /**
   * Fetches an image as `docker login` and `docker pull` do, with the permission and over the network position of the
   * host; one that isn't in ECR needs the way alone.
   *
   * @throws LaunchFailure
   */
  pull(image: ContainerImage): Promise<void>
  /**
   * The values of secrets and parameters, by variable. References are ARNs of Secrets Manager, optionally with
   * `:key:stage:version`, or ARNs or names of SSM parameters.
   *
   * @throws LaunchFailure
   */
  secretsOf(references: Readonly<Record<string, string>>): Promise<Readonly<Record<string, string>>>
  /** Puts the files below `root`, as `aws s3 sync` and `aws s3 cp` do. @throws LaunchFailure */
  fetch(files: readonly WorkloadFile[]): Promise<void>
  /** Whether a host of AWS can be reached, with the endpoint's policy for an anonymous read. @throws LaunchFailure */
  reach(need: LaunchTarget): Promise<void>
  /** Calls to AWS as the tools on the host make them: with the launch's role, over the network position of the host. */
  readonly aws: Pick<AwsCalls, 'open' | 'text'>
  /** Makes a log stream, as the `awslogs` driver does before a container starts. @throws LaunchFailure */
  openLogStream(group: string, stream: string): Promise<void>
  /**
   * Starts a program; a Node process that doesn't report to the network within 15 s is killed.
   *
   * @throws LaunchFailure when it can't run here, or NGINX refuses its configuration
   */
  start(process: HostedProcessSpec): Promise<HostedProcess>
  /** Those that run now. */
  readonly processes: readonly HostedProcess[]
  /** Where people's own programs run beside the workload: in sessions and commands of Systems Manager. */
  place(): Promise<HostPlace>
  /** Ends what runs: its stop signal, SIGKILL after the grace; then closes the doors and removes its files. */
  close(grace: Duration): Promise<void>
}

/**
 * Where a program that a person starts is at home on a host. Node programs are held by the preload; others that heed
 * `HTTP_PROXY`, `HTTPS_PROXY` and `ALL_PROXY` go through the host's proxy.
 *
 * differs: a program that heeds neither is in the network of this machine
 */
export interface HostPlace {
  /** Where the files of the host lie. */
  readonly folder: string
  /** Complete, without anything of the user's own but `PATH`. */
  readonly environment: Readonly<Record<string, string>>
}

/** A place that is read without credentials, such as a package repository. */
export interface LaunchTarget {
  readonly need: LaunchNeed
  readonly host: string
  /** What an endpoint's policy must allow there. */
  readonly action: string
  readonly resource: string
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
    /** The inside of NGINX's `http` block. */
    | { readonly kind: 'nginx'; readonly configuration: string }
    /** PostgreSQL over a data directory that is there, as a folder of this machine; on the socket of `port`. */
    | { readonly kind: 'postgres'; readonly dataFolder: string }
  readonly port?: number
  /** Complete, secrets included; the host adds what belongs to it. */
  readonly environment: Readonly<Record<string, string>>
  readonly onLine: (line: string, stream: 'out' | 'err') => void
}

export interface HostedProcess {
  readonly name: string
  /** Also the id of its process group. */
  readonly pid: number
  /** The image that a placeholder stands for. */
  readonly standsInFor?: string
  readonly exited: Promise<Exit>
  stop(grace: Duration): Promise<Exit>
  /** Ends it at once, with everything that it started. */
  kill(): void
}

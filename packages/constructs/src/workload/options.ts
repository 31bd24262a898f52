import type { Duration } from 'aws-cdk-lib'

/** The hook that holds a new instance back until its processes have answered. */
export interface InstanceLifecycle {
  /** Name of a hook for `autoscaling:EC2_INSTANCE_LAUNCHING`. */
  readonly hookName: string
  readonly groupName: string
}

/**
 * A volume that is attached to the instance, apart from its root. It gets a file system when it has none, and is
 * mounted before anything is started.
 *
 * Attach it with the instance's own property `Volumes`: `AWS::EC2::VolumeAttachment` comes after an instance, and one that
 * CloudFormation waits for would wait for its volume in vain.
 */
export interface VolumeMount {
  /** As it is attached: `/dev/sdf`. */
  readonly device: string
  /** Such as `/data`. */
  readonly mount: string
}

/**
 * The configuration of the CloudWatch agent, in its own words.
 *
 * @see CloudWatch User Guide "Manually create or edit the CloudWatch agent configuration file"
 */
export interface AgentConfiguration {
  readonly agent?: { readonly metrics_collection_interval?: number; readonly run_as_user?: string }
  readonly metrics: {
    readonly namespace: string
    /** `{ InstanceId: '${aws:InstanceId}', AutoScalingGroupName: '${aws:AutoScalingGroupName}' }` */
    readonly append_dimensions?: Readonly<Record<string, string>>
    readonly aggregation_dimensions?: readonly (readonly string[])[]
    readonly metrics_collected: {
      readonly cpu?: AgentSection & { readonly totalcpu?: boolean }
      readonly mem?: AgentSection
      readonly disk?: AgentSection & { readonly resources?: readonly string[]; readonly drop_device?: boolean }
    }
  }
  /** Files that become log streams, such as `/var/log/cloud-init-output.log`, which has what the user data printed. */
  readonly logs?: {
    readonly logs_collected: { readonly files: { readonly collect_list: readonly AgentLogFile[] } }
  }
}

/** A file whose lines go to CloudWatch Logs; `{instance_id}` stands for the instance in the name of the stream. */
export interface AgentLogFile {
  readonly file_path: string
  readonly log_group_name: string
  readonly log_stream_name: string
}

/** What is measured of one subject. */
export interface AgentSection {
  /** Such as `usage_active`, `used_percent`. */
  readonly measurement: readonly string[]
  /** Seconds, at least 10; below 60 the metric is of high resolution. */
  readonly metrics_collection_interval?: number
}

/** What the user data does beside starting the processes. */
export interface UserDataOptions {
  /** Completes the action of this hook when all processes have answered. */
  readonly lifecycle?: InstanceLifecycle
  /** Metrics that EC2 itself doesn't have: memory, disk, processor at short intervals. */
  readonly agent?: AgentConfiguration
  readonly volume?: VolumeMount
  /** A certificate for TLS between balancer and instance, where `INSTANCE_CERTIFICATE` says. */
  readonly selfSigned?: boolean
  /**
   * Shuts the instance down after this long without a session, whole minutes. Set the instance's
   * `InstanceInitiatedShutdownBehavior` to `terminate`, or it is only stopped.
   */
  readonly endWhenUnused?: Duration
}

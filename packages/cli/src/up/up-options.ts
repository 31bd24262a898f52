/** What was typed after `terrace up <target>`. */
export interface UpOptions {
  readonly parameters: Readonly<Record<string, string>>
  readonly context: Readonly<Record<string, string>>
  readonly embedded: boolean
  readonly port: number | undefined
  /** How many times as fast as the machine's own time the control loops run. */
  readonly timeScale: number
  /** Whether a failover takes as long as AWS says, or as long as it needs here. */
  readonly pace: 'fast' | 'aws'
  /** Whether what can't run here is replaced by a placeholder. */
  readonly standIns: boolean
  readonly json: boolean
}

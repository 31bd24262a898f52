/** What was typed after `terrace up <target>`. */
export interface UpOptions {
  readonly parameters: Readonly<Record<string, string>>
  readonly context: Readonly<Record<string, string>>
  readonly embedded: boolean
  readonly port: number | undefined
  readonly json: boolean
}

import { TerraceError } from '@terrace/kit'

const list = (names: readonly string[]) => (names.length === 0 ? 'none' : names.join(', '))

/** What can be wrong with the words typed and with what they name. */
export const CliErrors = {
  unknownTarget: (target: string, tried: readonly string[], known: readonly string[]) =>
    new TerraceError('CLI_UNKNOWN_TARGET', `there is no target ${target}; tried ${tried.join(', ')}`, {
      hint: `a target is a system's name (known here: ${list(known)}), a CDK app directory (with cdk.json), a cloud assembly (with manifest.json) or a template file`,
    }),
  notATarget: (folder: string, known: readonly string[]) =>
    new TerraceError('CLI_NOT_A_TARGET', `${folder} has neither a cdk.json nor a manifest.json`, {
      hint: `name a CDK app directory, a cloud assembly, a template file, or a system (known here: ${list(known)})`,
    }),
  namelessTarget: (target: string) =>
    new TerraceError('CLI_NAMELESS_TARGET', `no name can be made of ${target}: it has no letter or digit`, {
      hint: 'rename the file or directory; its name becomes the system’s and part of its host names',
    }),
  badPair: (option: string, text: string) =>
    new TerraceError('CLI_BAD_PAIR', `${option} takes KEY=VALUE, got ${JSON.stringify(text)}`, {
      hint: `such as ${option} ${option === '--param' ? 'DomainName=library.example.com' : 'variant=web-tier'}`,
    }),
  badPort: (text: string) =>
    new TerraceError('CLI_BAD_PORT', `--port takes a whole number from 1 to 65533, got ${JSON.stringify(text)}`, {
      hint: 'that port stands for 443, the next one for 80, the one after it is the AWS gateway',
    }),
  badTimeScale: (text: string) =>
    new TerraceError('CLI_BAD_TIME_SCALE', `--time-scale takes a number from 1 to 3600, got ${JSON.stringify(text)}`, {
      hint: 'with 60, a minute of scaling, alarms and schedules passes in a second; data paths keep their own time',
    }),
  portInUse: (port: number, use: string, holder: string | undefined, asked: boolean) =>
    new TerraceError(
      'CLI_PORT_IN_USE',
      `port ${port} (${use}) is in use${holder === undefined ? '' : ` by ${holder}`}`,
      {
        hint: asked
          ? 'choose others with --port N (it takes N, N+1 and N+2), or leave --port away'
          : 'choose with --port N',
      },
    ),
  portForbidden: (port: number, use: string) =>
    new TerraceError('CLI_PORT_FORBIDDEN', `port ${port} (${use}) may not be opened by this user`, {
      hint: 'choose one above 1023 with --port N',
    }),
  noFreePorts: (first: number, last: number) =>
    new TerraceError('CLI_NO_FREE_PORTS', `no three free ports in a row from ${first} to ${last}`, {
      hint: 'stop something (terrace down), or choose with --port N',
    }),
  alreadyRunning: (name: string, urls: Readonly<Record<string, string>>) => {
    const doors = Object.entries(urls).map(([door, url]) => `${door} ${url}`)
    return new TerraceError(
      'CLI_ALREADY_RUNNING',
      doors.length === 0 ? `${name} is already being started` : `${name} is already running: ${doors.join(', ')}`,
      { hint: `stop it first with: terrace down ${name}` },
    )
  },
  nothingToCompare: (name: string) =>
    new TerraceError(
      'CLI_NOTHING_TO_COMPARE',
      `${name} is not running: there is nothing that --plan could compare with`,
      {
        hint: `terrace up ${name} starts it; terrace diff compares two targets or environments`,
      },
    ),
  severalRunning: (names: readonly string[], command: string) =>
    new TerraceError('CLI_SEVERAL_RUNNING', `several systems are running: ${names.join(', ')}`, {
      hint: `say which: terrace ${command} ${names[0] ?? ''}`,
    }),
  noneRunning: (project: string) =>
    new TerraceError('CLI_NONE_RUNNING', `no system of ${project} is running`, {
      hint: 'start one with: terrace up <target>',
    }),
  badName: (name: string) =>
    new TerraceError('CLI_BAD_NAME', `${JSON.stringify(name)} cannot be the name of a system`, {
      hint: 'names have lower-case letters, digits and hyphens; terrace status lists what runs',
    }),
} as const

/** What can go wrong while a CDK app is synthesized. */
export const SynthErrors = {
  unreadable: (file: string, problem: string) =>
    new TerraceError('SYNTH_UNREADABLE', `can't be read: ${problem}`, { place: { file } }),
  noApp: (file: string) =>
    new TerraceError('SYNTH_NO_APP', 'names no "app" command', {
      place: { file },
      hint: 'such as { "app": "node app.ts" }',
    }),
  failed: (app: string, how: string, output: string) =>
    new TerraceError('SYNTH_FAILED', `the CDK app ${app} ${how}; it wrote:\n${output || '(nothing)'}`, {
      hint: 'nothing was started',
    }),
  noAssembly: (app: string, outDir: string) =>
    new TerraceError('SYNTH_NO_ASSEMBLY', `the CDK app ${app} ended well but wrote no manifest.json to ${outDir}`, {
      hint: 'it must call app.synth() and leave the output directory to CDK_OUTDIR',
    }),
  lookups: (app: string, keys: readonly string[]) =>
    new TerraceError('SYNTH_LOOKUPS', `the CDK app ${app} asks AWS for ${keys.join(', ')}`, {
      hint: 'a local run asks nobody: put the values into cdk.context.json (cdk synth with credentials writes it)',
    }),
  annotated: (app: string, errors: readonly string[]) =>
    new TerraceError('SYNTH_ANNOTATED', `the CDK app ${app} reports errors:\n${errors.map(e => `  ${e}`).join('\n')}`, {
      hint: 'cdk deploy refuses it as well',
    }),
} as const

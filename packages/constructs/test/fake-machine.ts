import { spawnSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { temporaryFolder } from './support.ts'

export interface Machine {
  /** Stands for `/`. */
  readonly root: string
  /** Runs user data as root would at boot. */
  run(userData: string): { readonly status: number | null; readonly output: string }
  /** What was called, in order: `docker run --detach …`. */
  calls(): readonly string[]
  /** What the last `docker run` had in its environment. */
  containerEnvironment(): Readonly<Record<string, string>>
}

/**
 * A folder that stands for an EC2 instance: the commands that reach AWS, Docker and systemd only write down how they
 * were called, everything else is the real thing. Absolute paths in the script are moved below the folder.
 *
 * @param secrets values that `aws secretsmanager` and `aws ssm` find, by ARN
 */
export function fakeMachine(secrets: Readonly<Record<string, string>> = {}): Machine {
  const root = temporaryFolder()
  const bin = join(root, 'bin')
  const log = join(root, 'calls')
  mkdirSync(bin)
  for (const folder of FOLDERS) mkdirSync(join(root, folder), { recursive: true })
  writeFileSync(log, '')
  writeFileSync(join(root, 'dumps'), 'None\n')
  writeFileSync(join(root, 'secrets.json'), JSON.stringify(secrets))
  for (const [name, behaviour] of Object.entries(commands(root))) {
    const file = join(name === AGENT ? join(root, 'opt/aws/amazon-cloudwatch-agent/bin') : bin, name)
    writeFileSync(file, `#!/bin/bash\nprintf '%s\\n' "${name} $*" >>'${log}'\n${behaviour}\n`)
    chmodSync(file, 0o755)
  }
  return {
    root,
    run(userData) {
      const moved = userData.replaceAll(/(?<=[\s>'"=:])\/(data|etc|opt|srv|usr\/local\/sbin)(?=[/\s"'])/g, `${root}/$1`)
      const script = join(root, 'user-data')
      writeFileSync(script, moved)
      const { status, stdout, stderr } = spawnSync('bash', [script], {
        encoding: 'utf8',
        env: { PATH: `${bin}:${process.env.PATH}` },
      })
      return { status, output: stdout + stderr }
    },
    calls: () => readFileSync(log, 'utf8').split('\n').filter(Boolean),
    containerEnvironment() {
      const file = join(root, 'environment')
      if (!existsSync(file)) throw new Error('no container was run')
      const pairs = readFileSync(file, 'utf8').split('\0').filter(Boolean)
      return Object.fromEntries(
        pairs.map(pair => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)]),
      )
    },
  }
}

const AGENT = 'amazon-cloudwatch-agent-ctl'

const FOLDERS = [
  'etc/nginx',
  'etc/sudoers.d',
  'etc/systemd/system',
  'opt/aws/amazon-cloudwatch-agent/etc',
  'opt/aws/amazon-cloudwatch-agent/bin',
  'usr/local/sbin',
]

const commands = (root: string): Readonly<Record<string, string>> => ({
  aws: `case "$1 $2" in
  'secretsmanager get-secret-value') jq -er --arg arn "$4" '.[$arn]' '${root}/secrets.json' ;;
  'ssm get-parameter') jq -er --arg arn "$5" '.[$arn]' '${root}/secrets.json' ;;
  'ecr get-login-password') echo token ;;
  's3api list-objects-v2') cat '${root}/dumps' ;;
  's3 ls') sed 's/.*\\//2026-01-01 00:00:00 1 /' '${root}/dumps' ;;
  's3 cp') case "\${!#}" in s3:* | -) ;; *) touch "\${!#}" ;; esac ;;
esac`,
  'cfn-signal': '',
  curl: `case "$*" in
  *api/token*) echo token ;;
  *placement/region*) echo us-east-1 ;;
  *placement/availability-zone*) echo us-east-1b ;;
  *instance-id*) echo i-0123456789abcdef0 ;;
esac`,
  dnf: '',
  id: 'exit 1',
  docker: `if [ "$1" = run ]; then env -0 >'${root}/environment'; fi
case "$*" in
  login*) cat >/dev/null ;;
  run*--volume*)
    folder=$(sed 's/.*--volume \\([^:]*\\):.*/\\1/' <<<"$*")
    mkdir -p "$folder"
    echo 16 >"$folder/PG_VERSION"
    ;;
  exec*/proc/1/comm) echo postgres ;;
  exec*pg_dump*) if [ -e '${root}/dump-fails' ]; then exit 1; fi; echo dumped ;;
  'exec -i'*) cat >/dev/null ;;
esac`,
  [AGENT]: '',
  blkid: 'exit 2',
  mount: '',
  'mkfs.xfs': '',
  mountpoint: 'exit 1',
  nginx: '',
  sleep: '',
  systemctl: '',
  useradd: '',
  visudo: '',
})

/** What a type of instance has. */
export interface InstanceType {
  readonly name: string
  readonly vcpus: number
  readonly memoryMiB: number
  readonly architecture: 'x86_64' | 'arm64'
  readonly burstable: boolean
}

/**
 * How the vCPUs of a type are made: two threads a core on x86, a core each on T2 and Graviton.
 * @see EC2 User Guide, "CPU options for Amazon EC2 instances": supported CPU options
 */
export function coresOf({ name, vcpus, architecture }: InstanceType): {
  readonly cores: number
  readonly threads: number
} {
  const whole = architecture === 'arm64' || name.startsWith('t2.') || vcpus === 1
  return whole ? { cores: vcpus, threads: 1 } : { cores: vcpus / 2, threads: 2 }
}

const GiB = 1024

/** vCPUs and GiB of the sizes that all general families share. */
const COMMON_SIZES: Readonly<Record<string, number>> = {
  medium: 1,
  large: 2,
  xlarge: 4,
  '2xlarge': 8,
  '4xlarge': 16,
  '8xlarge': 32,
  '12xlarge': 48,
  '16xlarge': 64,
  '24xlarge': 96,
}

/** GiB for each vCPU of a family, and the processor. @see EC2 Instance Types, "Specifications" */
const FAMILIES: Readonly<Record<string, { readonly ratio: number; readonly arm?: true; readonly medium?: true }>> = {
  m5: { ratio: 4 },
  m6i: { ratio: 4 },
  m6a: { ratio: 4 },
  m6g: { ratio: 4, arm: true, medium: true },
  m7i: { ratio: 4 },
  m7g: { ratio: 4, arm: true, medium: true },
  c5: { ratio: 2 },
  c6i: { ratio: 2 },
  c6a: { ratio: 2 },
  c6g: { ratio: 2, arm: true, medium: true },
  c7g: { ratio: 2, arm: true, medium: true },
  r5: { ratio: 8 },
  r6i: { ratio: 8 },
  r6g: { ratio: 8, arm: true, medium: true },
}

/** Burstable sizes: vCPUs and GiB. */
const BURSTABLE: Readonly<Record<string, Readonly<Record<string, readonly [number, number]>>>> = {
  t2: {
    nano: [1, 0.5],
    micro: [1, 1],
    small: [1, 2],
    medium: [2, 4],
    large: [2, 8],
    xlarge: [4, 16],
    '2xlarge': [8, 32],
  },
  t3: {
    nano: [2, 0.5],
    micro: [2, 1],
    small: [2, 2],
    medium: [2, 4],
    large: [2, 8],
    xlarge: [4, 16],
    '2xlarge': [8, 32],
  },
}

/** t3a and t4g have the sizes of t3. */
const LIKE_T3: Readonly<Record<string, 'x86_64' | 'arm64'>> = { t3: 'x86_64', t3a: 'x86_64', t4g: 'arm64' }

/** Every type that is known here, by name. */
export const INSTANCE_TYPES: ReadonlyMap<string, InstanceType> = new Map(
  [...burstableTypes(), ...generalTypes()].map(type => [type.name, type]),
)

/** The type of that name; one that isn't in the table counts as two vCPUs and 4 GiB. */
export const instanceType = (name: string): InstanceType =>
  INSTANCE_TYPES.get(name) ?? {
    name,
    vcpus: 2,
    memoryMiB: 4 * GiB,
    architecture: /^[a-z]+\d+g/.test(name) ? 'arm64' : 'x86_64',
    burstable: name.startsWith('t'),
  }

function burstableTypes(): InstanceType[] {
  const families = [['t2', 'x86_64'] as const, ...Object.entries(LIKE_T3)]
  return families.flatMap(([family, architecture]) =>
    Object.entries(BURSTABLE[family === 't2' ? 't2' : 't3'] ?? {}).map(([size, [vcpus, gib]]) => ({
      name: `${family}.${size}`,
      vcpus,
      memoryMiB: gib * GiB,
      architecture,
      burstable: true,
    })),
  )
}

function generalTypes(): InstanceType[] {
  return Object.entries(FAMILIES).flatMap(([family, { ratio, arm, medium }]) =>
    Object.entries(COMMON_SIZES)
      .filter(([size]) => size !== 'medium' || medium)
      .map(([size, vcpus]) => ({
        name: `${family}.${size}`,
        vcpus,
        memoryMiB: vcpus * ratio * GiB,
        architecture: arm ? ('arm64' as const) : ('x86_64' as const),
        burstable: false,
      })),
  )
}

/** Where public names of AWS end. */
export interface PublicNames {
  readonly loadBalancer: string
  readonly distribution: string
}

/** What the identity of a resource is made from. Every id is a function of stack name and logical id alone. */
export interface Subject {
  readonly stack: string
  readonly logicalId: string
  readonly type: string
  readonly region: string
  readonly account: string
  readonly partition: string
  readonly urlSuffix: string
  readonly publicNames: PublicNames
  /** A property as text, by its path: `DistributionConfig.Comment`. */
  text(path: string): string | undefined
  texts(path: string): readonly string[]
  has(path: string): boolean
  /** Characters that depend on the resource and the purpose alone. */
  characters(purpose: string, length: number, alphabet?: string): string
  /** Another resource of the same architecture, by what its `Ref` gives. */
  other(type: string, physicalId: string): Subject | undefined
}

export type AttributeValue = string | readonly string[]

/** How one resource type is referred to. */
export interface Identity {
  /** What `Ref` gives. */
  readonly ref: (subject: Subject) => string
  /** What `Fn::GetAtt` gives, by attribute; nothing when the value is only known on AWS. */
  readonly attributes?: Readonly<Record<string, (subject: Subject) => AttributeValue | undefined>>
  /** Attributes that name the resource as `Ref` does, where other resources use them instead. */
  readonly alsoKnownBy?: readonly string[]
  /** Properties that do so. */
  readonly alsoNamedBy?: readonly string[]
}

/** Identities by CloudFormation type. */
export type IdentityTable = Readonly<Record<string, Identity>>

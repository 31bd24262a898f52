/** The files that pages load, under addresses that change with their content. */
export interface Assets {
  /** `/assets/notes.1a2b3c4d.js` */
  readonly script: string
  readonly style: string
  readonly icon: string
  readonly files: readonly AssetFile[]
}

export interface AssetFile {
  readonly path: string
  readonly type: string
  readonly content: string
}

interface ImportMetaEnv {
  /** Origin of the API, `https://api.example.com`, without `/api/v1`; the page's own when it isn't given. */
  readonly VITE_API_URL?: string
}

/** A name of the DOM in age-encryption's declarations of passkeys, which nothing here uses. */
interface AuthenticationExtensionsPRFValues {
  readonly first: ArrayBufferView | ArrayBuffer;
}

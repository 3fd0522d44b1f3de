/** The version of this library, as in package.json; every evaluation carries it. */
export const version = "0.1.0";

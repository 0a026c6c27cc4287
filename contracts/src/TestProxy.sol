// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

/// @title Stands in front of TestUSDC as Circle's proxy stands in front of the real one
/// @notice For local chains only: it makes a transfer cost what it costs through a proxy. As in the ZeppelinOS proxy of
/// USDC, each call first reads who the admin is, then where the code is.
contract TestProxy {
    bytes32 private constant ADMIN = keccak256("org.zeppelinos.proxy.admin");
    bytes32 private constant IMPLEMENTATION = keccak256("org.zeppelinos.proxy.implementation");

    constructor(address implementation) {
        _write(ADMIN, address(1));
        _write(IMPLEMENTATION, implementation);
    }

    fallback() external {
        require(msg.sender != _read(ADMIN), "Cannot call fallback function from the proxy admin");
        address code = _read(IMPLEMENTATION);
        assembly {
            calldatacopy(0, 0, calldatasize())
            let done := delegatecall(gas(), code, 0, calldatasize(), 0, 0)
            returndatacopy(0, 0, returndatasize())
            if iszero(done) { revert(0, returndatasize()) }
            return(0, returndatasize())
        }
    }

    function _read(bytes32 slot) private view returns (address value) {
        assembly {
            value := sload(slot)
        }
    }

    function _write(bytes32 slot, address value) private {
        assembly {
            sstore(slot, value)
        }
    }
}

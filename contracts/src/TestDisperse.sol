// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

/// @title The plain way to pay many people, as a control for PayoutVault
/// @notice For local chains only. It keeps no state, so the same batch works again, and one payee who cannot be paid
/// undoes everybody's payment.
contract TestDisperse {
    function pay(bytes32, address token, address[] calldata to, uint256[] calldata amounts) external {
        for (uint256 i = 0; i < to.length; ++i) {
            (bool done, bytes memory answer) =
                token.call(abi.encodeWithSignature("transfer(address,uint256)", to[i], amounts[i]));
            require(done && (answer.length == 0 || abi.decode(answer, (bool))), "transfer failed");
        }
    }
}
